namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// How one image is written: slant, rotation, stretch and an uneven hand, drawn from the image's generator. Maps points of a
/// style's unit box to points of the sheet, before size and place are set.
/// </summary>
/// <remarks>
/// Only +, −, ·, ÷ and square roots of doubles are used, which IEEE 754 defines to the last bit: every machine draws the same
/// images.
/// </remarks>
internal readonly ref struct Handwriting
{
    // Displacements on a lattice over the unit box; between its nodes they are blended, so strokes that meet stay together.
    private const int Nodes = 4;
    private const double Unevenness = 0.05;
    private const double NodeSpacing = 1.0 / (Nodes - 1);

    private readonly Span<PenPoint> _displacements;
    private readonly double _xx, _xy, _yx, _yy;

    /// <summary>How many lattice nodes the caller provides memory for.</summary>
    public const int NodeCount = Nodes * Nodes;

    public Handwriting(ref SplitMix64 random, Span<PenPoint> displacements)
    {
        _displacements = displacements[..NodeCount];
        foreach (ref PenPoint displacement in _displacements)
            displacement = new PenPoint(Unevenness * random.Bell(), Unevenness * random.Bell());

        double slant = 0.13 + 0.2 * random.Bell();
        double stretch = 1.05 + 0.15 * random.Bell();
        double halfTangent = 0.055 * random.Bell(); // tan(angle / 2): one standard deviation is 6 degrees
        double cosine = (1 - halfTangent * halfTangent) / (1 + halfTangent * halfTangent);
        double sine = 2 * halfTangent / (1 + halfTangent * halfTangent);

        // Rotation · shear · stretch.
        _xx = cosine * stretch;
        _xy = -cosine * slant - sine;
        _yx = sine * stretch;
        _yy = cosine - sine * slant;
    }

    /// <summary>Where the hand puts <paramref name="point"/> of the unit box.</summary>
    public PenPoint Write(PenPoint point)
    {
        PenPoint displacement = DisplacementAt(point);
        double x = point.X + displacement.X, y = point.Y + displacement.Y;
        return new PenPoint(_xx * x + _xy * y, _yx * x + _yy * y);
    }

    private PenPoint DisplacementAt(PenPoint point)
    {
        double u = Math.Clamp(point.X / NodeSpacing, 0, Nodes - 1), v = Math.Clamp(point.Y / NodeSpacing, 0, Nodes - 1);
        int column = Math.Min((int)u, Nodes - 2), row = Math.Min((int)v, Nodes - 2);
        u = Smooth(u - column);
        v = Smooth(v - row);
        ReadOnlySpan<PenPoint> above = _displacements[(row * Nodes + column)..], below = above[Nodes..];
        return new PenPoint(
            Blend(Blend(above[0].X, above[1].X, u), Blend(below[0].X, below[1].X, u), v),
            Blend(Blend(above[0].Y, above[1].Y, u), Blend(below[0].Y, below[1].Y, u), v));
    }

    private static double Smooth(double t) => t * t * (3 - 2 * t);

    private static double Blend(double a, double b, double t) => a + (b - a) * t;
}
