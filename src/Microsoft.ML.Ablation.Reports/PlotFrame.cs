using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>What plots have in common: axes, grid, legend, text.</summary>
internal static class PlotFrame
{
    /// <summary>The font where the plot's reader chooses it.</summary>
    public const string AnyFont = "sans-serif";

    /// <summary>A plot without series.</summary>
    /// <param name="colors">Its colours.</param>
    /// <param name="across">The title of the axis of radii.</param>
    /// <param name="left">Where that axis begins.</param>
    /// <param name="right">Where it ends.</param>
    /// <param name="up">The title of the vertical axis.</param>
    /// <param name="bottom">Where that begins.</param>
    /// <param name="top">Where it ends.</param>
    public static PlotModel Create(PlotColors colors, string across, double left, double right, string up, double bottom, double top)
    {
        var model = new PlotModel
        {
            Background = colors.Background,
            TextColor = colors.Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            DefaultFont = AnyFont,
            DefaultFontSize = 14,
            Culture = CultureInfo.InvariantCulture,
        };
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = across,
            Minimum = left,
            Maximum = right,
            MinimumMajorStep = right - left > 3 ? 1 : 0,
            MinorTickSize = 0,
            TicklineColor = colors.Grid,
            AxislineColor = colors.Grid,
            AxislineStyle = LineStyle.Solid,
        });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = up,
            AxisTitleDistance = 8,
            Minimum = bottom,
            Maximum = top,
            MinorTickSize = 0,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = colors.Grid,
            TicklineColor = colors.Grid,
        });
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.BottomLeft,
            LegendOrientation = LegendOrientation.Horizontal,
            LegendTextColor = colors.Ink,
        });
        return model;
    }
}
