namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>Formats of plots' files.</summary>
internal enum PlotFormat
{
    Svg,
    Png,
}
