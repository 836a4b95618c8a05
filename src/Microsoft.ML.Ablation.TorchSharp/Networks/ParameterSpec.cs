namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>One parameter of a network.</summary>
/// <param name="Name">Its name, as stored with a model.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="FanIn">The number of values that one output of its layer adds up.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, int FanIn)
{
    /// <summary>The number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, side) => checked(product * side));
}
