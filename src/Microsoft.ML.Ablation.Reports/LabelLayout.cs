using OxyPlot;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>Finds places for labels beside markers, so that all can be read. Each label gets the best place that those before it left.</summary>
internal sealed class LabelLayout
{
    private const double Gap = 3;
    private const int OfLine = 2, OfLeader = 3, OfConfusion = 4;

    // Beside the marker (1 right, −1 left), above or below it (1, −1), and slid from there by shares of the label's width and height; the preferred ones first.
    private static readonly (double Beside, double Above, double SlideRight, double SlideUp)[] s_near =
    [
        (1, 0, 0, 0), (-1, 0, 0, 0), (0, 1, 0, 0), (0, -1, 0, 0),
        (1, 0, 0, 0.4), (1, 0, 0, -0.4), (-1, 0, 0, 0.4), (-1, 0, 0, -0.4),
        (0, 1, 0.3, 0), (0, 1, -0.3, 0), (0, -1, 0.3, 0), (0, -1, -0.3, 0),
        (1, 0, 0, 0.8), (1, 0, 0, -0.8), (-1, 0, 0, 0.8), (-1, 0, 0, -0.8),
        (0, 1, 0.5, 0), (0, 1, -0.5, 0), (0, -1, 0.5, 0), (0, -1, -0.5, 0),
    ];

    private static readonly (double Beside, double Above)[] s_directions =
    [
        (0, 1), (0, -1), (0.5, 1), (0.5, -1), (-0.5, 1), (-0.5, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0),
    ];

    private static readonly double[] s_distances = [10, 20, 30, 40, 50];

    private readonly IReadOnlyList<OxyRect> _markers;
    private readonly IReadOnlyList<(ScreenPoint From, ScreenPoint To)> _lines;
    private readonly OxyRect _area;
    private readonly List<OxyRect> _taken;
    private readonly List<(ScreenPoint From, ScreenPoint To)> _leaders = [];

    /// <summary>A layout without labels.</summary>
    /// <param name="markers">All markers, which no label covers.</param>
    /// <param name="lines">The ends of lines, which labels rather do not cover.</param>
    /// <param name="area">Where labels may stand.</param>
    public LabelLayout(IReadOnlyList<OxyRect> markers, IReadOnlyList<(ScreenPoint From, ScreenPoint To)> lines, OxyRect area)
    {
        _markers = markers;
        _lines = lines;
        _area = area;
        _taken = [.. markers];
    }

    /// <summary>A place for a label: beside its marker, else at some distance, with a leader. Null where there is none.</summary>
    /// <param name="marker">Its marker, or what is around all of its markers.</param>
    /// <param name="size">The size of its text.</param>
    public LabelPlace? Place(OxyRect marker, OxySize size)
    {
        LabelPlace? best = Near(marker, size).Concat(Far(marker, size)).Where(place => IsFree(place, marker)).MinBy(place => Cost(place, marker));
        if (best is not null)
        {
            _taken.Add(best.Text.Inflate(Gap, 0));
            if (best.Leader is { } leader)
                _leaders.Add(leader);
        }
        return best;
    }

    private static IEnumerable<LabelPlace> Near(OxyRect marker, OxySize size) =>
        from place in s_near
        select new LabelPlace(At(marker, size, place.Beside * Gap + place.SlideRight * size.Width, place.SlideUp * size.Height, place.Beside, place.Above), null);

    private static IEnumerable<LabelPlace> Far(OxyRect marker, OxySize size) =>
        from distance in s_distances
        from direction in s_directions
        let text = At(marker, size, direction.Beside * distance, direction.Above * distance, direction.Beside, direction.Above)
        let end = Nearest(marker.Center, text)
        select new LabelPlace(text, (Nearest(end, marker), end));

    private static OxyRect At(OxyRect marker, OxySize size, double right, double up, double beside, double above)
    {
        double x = marker.Center.X + beside * (marker.Width + size.Width) / 2 + right, y = marker.Center.Y - above * (marker.Height + size.Height) / 2 - up;
        return new OxyRect(x - size.Width / 2, y - size.Height / 2, size.Width, size.Height);
    }

    private bool IsFree(LabelPlace place, OxyRect marker) =>
        place.Text.Left >= _area.Left && place.Text.Right <= _area.Right && place.Text.Top >= _area.Top && place.Text.Bottom <= _area.Bottom
            && !_taken.Any(other => Overlap(place.Text, other)) && !_leaders.Any(leader => Crosses(leader, place.Text))
            && (place.Leader is not { } own || !_taken.Any(other => !Overlap(other, marker) && Crosses(own, other)));

    /// <summary>A reader takes a text for that of the nearest marker, unless a leader says otherwise.</summary>
    private int Cost(LabelPlace place, OxyRect marker) =>
        OfLine * _lines.Count(line => Crosses(line, place.Text))
            + (place.Leader is not null ? OfLeader : _markers.Any(other => Distance(place.Text, other) < Distance(place.Text, marker)) ? OfConfusion : 0);

    private static bool Overlap(OxyRect a, OxyRect b) => a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;

    private static ScreenPoint Nearest(ScreenPoint point, OxyRect rectangle) =>
        new(Math.Clamp(point.X, rectangle.Left, rectangle.Right), Math.Clamp(point.Y, rectangle.Top, rectangle.Bottom));

    private static double Distance(OxyRect a, OxyRect b) =>
        double.Hypot(Math.Max(0, Math.Max(a.Left - b.Right, b.Left - a.Right)), Math.Max(0, Math.Max(a.Top - b.Bottom, b.Top - a.Bottom)));

    /// <summary>Whether a line goes through a rectangle: the part of it that is between both pairs of opposite sides (Liang and Barsky 1984).</summary>
    private static bool Crosses((ScreenPoint From, ScreenPoint To) line, OxyRect rectangle)
    {
        double begin = 0, end = 1;
        return Clip(line.From.X, line.To.X - line.From.X, rectangle.Left, rectangle.Right) && Clip(line.From.Y, line.To.Y - line.From.Y, rectangle.Top, rectangle.Bottom);

        bool Clip(double start, double length, double least, double most)
        {
            if (length == 0)
                return start > least && start < most;
            double first = (least - start) / length, second = (most - start) / length;
            begin = Math.Max(begin, Math.Min(first, second));
            end = Math.Min(end, Math.Max(first, second));
            return begin < end;
        }
    }
}
