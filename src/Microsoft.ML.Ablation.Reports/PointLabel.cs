using OxyPlot;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>A label beside one marker, or beside several that lie together.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Points">The markers' places, at least one.</param>
/// <param name="Color">The colour of the text.</param>
/// <param name="FontSize">The size of the text.</param>
internal sealed record PointLabel(string Text, IReadOnlyList<DataPoint> Points, OxyColor Color, double FontSize);
