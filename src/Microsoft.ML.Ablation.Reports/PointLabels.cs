using OxyPlot;
using OxyPlot.Annotations;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>Writes labels beside markers where they can be read, once the plot's size and font are known; one that finds no place is left out.</summary>
internal sealed class PointLabels : Annotation
{
    private const double LeaderThickness = 0.8;

    /// <summary>The labels, the more important ones first.</summary>
    public required IReadOnlyList<PointLabel> Labels { get; init; }

    /// <summary>The places of all markers, those without labels too.</summary>
    public required IReadOnlyList<DataPoint> Markers { get; init; }

    /// <summary>Half the width of a marker.</summary>
    public required double MarkerSize { get; init; }

    /// <summary>Lines that labels should not cover, each through its points.</summary>
    public required IReadOnlyList<IReadOnlyList<DataPoint>> Lines { get; init; }

    public override void Render(IRenderContext rc)
    {
        base.Render(rc);
        var layout = new LabelLayout([.. Markers.Select(marker => Around([marker]))],
            [.. Lines.SelectMany(line => line.Zip(line.Skip(1), (from, to) => (Transform(from), Transform(to))))], PlotModel.PlotArea);
        foreach (PointLabel label in Labels)
        {
            if (layout.Place(Around(label.Points), rc.MeasureText(label.Text, ActualFont, label.FontSize, ActualFontWeight)) is not { } place)
                continue;
            if (place.Leader is (var from, var to))
                rc.DrawLine([from, to], label.Color, LeaderThickness, EdgeRenderingMode.Automatic, null, LineJoin.Miter);
            rc.DrawText(place.Text.Center, label.Text, label.Color, ActualFont, label.FontSize, ActualFontWeight, 0, HorizontalAlignment.Center, VerticalAlignment.Middle);
        }
    }

    private OxyRect Around(IReadOnlyList<DataPoint> points)
    {
        ScreenPoint[] places = [.. points.Select(Transform)];
        return new OxyRect(new ScreenPoint(places.Min(place => place.X), places.Min(place => place.Y)), new ScreenPoint(places.Max(place => place.X), places.Max(place => place.Y)))
            .Inflate(MarkerSize, MarkerSize);
    }
}
