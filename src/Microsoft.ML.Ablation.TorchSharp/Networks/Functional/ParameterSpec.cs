namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>One parameter of a network of this library.</summary>
/// <param name="Name">Its name, as stored with a model.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="FanIn">The number of values that one output of its layer adds up.</param>
/// <param name="Role">What it is for.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, int FanIn, ParameterRole Role = ParameterRole.Weight) : TensorSpec(Name, Shape)
{
    /// <summary>Whether gradients change it; batch normalisation's running statistics are only observed.</summary>
    public bool IsTrained => Role is not (ParameterRole.RunningMean or ParameterRole.RunningVariance);
}
