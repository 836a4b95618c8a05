using OxyPlot;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>Where a label stands.</summary>
/// <param name="Text">The place of its text.</param>
/// <param name="Leader">The line that leads from its marker to a text that is not beside it; null where it is.</param>
internal sealed record LabelPlace(OxyRect Text, (ScreenPoint From, ScreenPoint To)? Leader);
