namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>One tensor of a network: a parameter, or another stored tensor, such as a running mean.</summary>
/// <param name="Name">Its name, as stored with a model.</param>
/// <param name="Shape">Its dimensions.</param>
internal record TensorSpec(string Name, long[] Shape)
{
    /// <summary>The number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, side) => checked(product * side));

    /// <summary>Whether another tensor has the same name and dimensions.</summary>
    public bool Fits(TensorSpec other) => Name == other.Name && Shape.AsSpan().SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public sealed override string ToString() => $"'{Name}' of shape [{string.Join(", ", Shape)}]";
}
