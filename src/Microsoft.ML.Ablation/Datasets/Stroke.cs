namespace Microsoft.ML.Ablation.Datasets;

/// <summary>One stroke of a digit: straight lines or a smooth curve through its points, in a box one unit high.</summary>
internal sealed class Stroke
{
    private const int StepsPerPiece = 5;

    private readonly PenPoint[] _path;

    private Stroke(PenPoint[] path) => _path = path;

    /// <summary>The path as a polyline.</summary>
    public ReadOnlySpan<PenPoint> Path => _path;

    /// <summary>Straight lines from point to point.</summary>
    public static Stroke Lines(params ReadOnlySpan<(double X, double Y)> points)
    {
        var path = new List<PenPoint> { Point(points[0]) };
        for (int i = 1; i < points.Length; i++)
            for (int step = 1; step <= StepsPerPiece; step++)
                path.Add(Between(Point(points[i - 1]), Point(points[i]), (double)step / StepsPerPiece));
        return new Stroke([.. path]);
    }

    /// <summary>A smooth curve from the first point to the last.</summary>
    public static Stroke Curve(params ReadOnlySpan<(double X, double Y)> points)
    {
        var path = new List<PenPoint> { Point(points[0]) };
        for (int i = 1; i < points.Length; i++)
            AddPiece(path, points[Math.Max(i - 2, 0)], points[i - 1], points[i], points[Math.Min(i + 1, points.Length - 1)]);
        return new Stroke([.. path]);
    }

    /// <summary>A smooth closed curve.</summary>
    public static Stroke Loop(params ReadOnlySpan<(double X, double Y)> points)
    {
        int n = points.Length;
        var path = new List<PenPoint> { Point(points[0]) };
        for (int i = 1; i <= n; i++)
            AddPiece(path, points[(i + n - 2) % n], points[i - 1], points[i % n], points[(i + 1) % n]);
        return new Stroke([.. path]);
    }

    // The Catmull-Rom piece from b to c, with the neighbours a and d.
    private static void AddPiece(
        List<PenPoint> path, (double X, double Y) a, (double X, double Y) b, (double X, double Y) c, (double X, double Y) d)
    {
        for (int step = 1; step <= StepsPerPiece; step++)
        {
            double t = (double)step / StepsPerPiece;
            path.Add(new PenPoint(CatmullRom(a.X, b.X, c.X, d.X, t), CatmullRom(a.Y, b.Y, c.Y, d.Y, t)));
        }
    }

    private static double CatmullRom(double a, double b, double c, double d, double t) =>
        0.5 * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d))));

    private static PenPoint Between(PenPoint from, PenPoint to, double t) =>
        new(from.X + (to.X - from.X) * t, from.Y + (to.Y - from.Y) * t);

    private static PenPoint Point((double X, double Y) point) => new(point.X, point.Y);
}
