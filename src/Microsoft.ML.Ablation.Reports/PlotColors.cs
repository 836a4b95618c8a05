using System.Text.RegularExpressions;
using OxyPlot;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>The colours of a plot.</summary>
/// <param name="Background">Behind everything.</param>
/// <param name="Ink">Text and marks.</param>
/// <param name="Grid">Lines of the grid and axes.</param>
/// <param name="Series">Curves and bars, in turn; told apart by the colour-blind too.</param>
internal sealed partial record PlotColors(OxyColor Background, OxyColor Ink, OxyColor Grid, IReadOnlyList<OxyColor> Series)
{
    /// <summary>The names of the page's colours for curves and bars: <c>--s0</c> and so on.</summary>
    public const int PageSeries = 6;

    /// <summary>For files that are printed or put into documents.</summary>
    public static PlotColors OnWhite { get; } = new(OxyColors.White, OxyColor.FromRgb(0x1B, 0x1F, 0x24), OxyColor.FromRgb(0xD5, 0xD9, 0xDE),
        [.. new[] { 0x0063A6u, 0xC24A00u, 0x007A59u, 0x8E4585u, 0x7A6200u, 0x5A6570u }.Select(rgb => OxyColor.FromUInt32(0xFF000000 | rgb))]);

    /// <summary>Stand-ins, which <see cref="ToPage"/> turns into the page's colours, so that one drawing serves light and dark.</summary>
    public static PlotColors OfPage { get; } = new(OxyColors.Undefined, OxyColor.FromRgb(1, 0, 1), OxyColor.FromRgb(1, 0, 2),
        [.. Enumerable.Range(0, PageSeries).Select(i => OxyColor.FromRgb(1, 1, (byte)i))]);

    public static string ToPage(string svg) => StandIn().Replace(svg.Replace("rgb(1,0,1)", "var(--ink)", StringComparison.Ordinal)
        .Replace("rgb(1,0,2)", "var(--grid)", StringComparison.Ordinal), match => $"var(--s{match.Groups[1].Value})");

    [GeneratedRegex(@"rgb\(1,1,(\d)\)")]
    private static partial Regex StandIn();
}
