namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A patch of size 1; one of size m has m times as many rows and columns. With one row and one column sizes are sides of squares.</summary>
/// <param name="Height">Its rows, at least 1.</param>
/// <param name="Width">Its columns, at least 1.</param>
public readonly record struct PatchUnit(int Height, int Width)
{
    /// <summary>Rows × columns.</summary>
    public override string ToString() => FormattableString.Invariant($"{Height} × {Width}");
}
