namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>One parameter of a network of this library.</summary>
/// <param name="Name">Its name, as stored with a model.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="FanIn">The number of inputs of one output of its layer.</param>
/// <param name="Role">Its role.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, int FanIn, ParameterRole Role = ParameterRole.Weight) : TensorSpec(Name, Shape)
{
    /// <summary>Whether gradients change it; batch normalisation's running statistics have none.</summary>
    public bool IsTrained => Role is not (ParameterRole.RunningMean or ParameterRole.RunningVariance or ParameterRole.Fixed);
}
