using OxyPlot;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>
/// Says how large text will be on whichever machine shows it: an estimate on the large side for sans-serif fonts, for OxyPlot's own knows
/// the letters of its embedded fonts only, and no height of lines.
/// </summary>
internal sealed class TextMeasurer() : PdfRenderContext(1, 1, OxyColors.Undefined)
{
    private const double LetterWidth = 0.58, LineHeight = 1.25;

    public override OxySize MeasureText(string? text, string? fontFamily, double fontSize, double fontWeight)
    {
        if (string.IsNullOrEmpty(text))
            return OxySize.Empty;
        string[] lines = text.Split('\n');
        return new OxySize(lines.Max(line => line.Length) * fontSize * LetterWidth, lines.Length * fontSize * LineHeight);
    }
}
