namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// Ten classes of handwriting-like digits, drawn on demand: 28×28 grey images in the manner of MNIST, for trying things out
/// where no data set is at hand.
/// </summary>
/// <remarks>
/// <para>Every image is a function of <c>(seed, index)</c> alone, the same on every machine: asking for more images, or for
/// one of them only, changes none. Data sets of different seeds share no image, so training and test set are two seeds.</para>
/// <para>Each run of ten images, counted from index 0, holds every class once; the order within a run is random, except in the
/// first run, which is 0 to 9: keys that are given in order of occurrence then have the order of the digits.</para>
/// <para>The digits are strokes in several styles per class, with random slant, rotation, stretch, unevenness, size, place, pen
/// width and ink, centred by mass. They are easier than MNIST and no substitute for it in a comparison.</para>
/// </remarks>
public static class GeneratedDigits
{
    /// <summary>The number of classes, 10.</summary>
    public const int ClassCount = 10;

    /// <summary>The height of an image in pixels, 28.</summary>
    public const int Height = 28;

    /// <summary>The width of an image in pixels, 28.</summary>
    public const int Width = 28;

    // Uses of a seed.
    private const uint LabelStream = 1, DrawingStream = 2;

    // The longer side of a digit, pen included, as in MNIST; each image shrinks it a little.
    private const double DigitSize = 20;

    /// <summary>The digit that image <paramref name="index"/> shows.</summary>
    /// <param name="seed">The data set; any value.</param>
    /// <param name="index">The number of the image, from 0.</param>
    /// <returns>The class, 0 to 9.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public static int LabelOf(int seed, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (int run, int place) = Math.DivRem(index, ClassCount);
        if (run == 0)
            return place;
        Span<int> order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var random = new SplitMix64(seed, LabelStream, run);
        for (int i = ClassCount - 1; i >= place; i--)
        {
            int j = random.NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order[place];
    }

    /// <summary>Draws image <paramref name="index"/>.</summary>
    /// <param name="seed">The data set; any value.</param>
    /// <param name="index">The number of the image, from 0.</param>
    /// <param name="pixels">Receives the 784 grey values row by row: 0 is background, 255 full ink.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> does not have 784 elements.</exception>
    public static void Draw(int seed, int index, Span<byte> pixels)
    {
        if (pixels.Length != Height * Width)
        {
            throw new ArgumentException(
                $"The span has {pixels.Length} elements; an image of {Height}×{Width} pixels needs {Height * Width}.",
                nameof(pixels));
        }
        ReadOnlySpan<Stroke[]> styles = DigitStyles.Of(LabelOf(seed, index));
        var random = new SplitMix64(seed, DrawingStream, index);
        Stroke[] strokes = styles[random.NextInt(styles.Length)];
        var hand = new Handwriting(ref random, stackalloc PenPoint[Handwriting.NodeCount]);

        int pointCount = 0;
        foreach (Stroke stroke in strokes)
            pointCount += stroke.Path.Length;
        Span<PenPoint> points = stackalloc PenPoint[pointCount];
        int next = 0;
        foreach (Stroke stroke in strokes)
            foreach (PenPoint point in stroke.Path)
                points[next++] = hand.Write(point);

        double radius = Math.Max(1.3 + 0.35 * random.Bell(), 0.75);
        FitToSheet(ref random, points, DigitSize - 2 * radius);

        pixels.Clear();
        var pen = new SoftPen(pixels, Height, Width);
        double ink = random.Uniform(0.88, 1.05);
        int first = 0;
        foreach (Stroke stroke in strokes)
        {
            ReadOnlySpan<PenPoint> path = points.Slice(first, stroke.Path.Length);
            DrawStroke(ref random, pen, path, radius, ink);
            first += path.Length;
        }
    }

    // Size first, then the centre of mass in the middle of the image, then a small shift.
    private static void FitToSheet(ref SplitMix64 random, Span<PenPoint> points, double size)
    {
        double left = double.MaxValue, right = double.MinValue, top = double.MaxValue, bottom = double.MinValue;
        foreach (PenPoint point in points)
        {
            left = Math.Min(left, point.X);
            right = Math.Max(right, point.X);
            top = Math.Min(top, point.Y);
            bottom = Math.Max(bottom, point.Y);
        }
        double scale = size * random.Uniform(0.88, 1.02) / Math.Max(right - left, bottom - top);

        PenPoint mass = CentreOfMass(points);
        double x = (Width - 1) / 2.0 + 0.8 * random.Bell(), y = (Height - 1) / 2.0 + 0.8 * random.Bell();
        foreach (ref PenPoint point in points)
            point = new PenPoint((point.X - mass.X) * scale + x, (point.Y - mass.Y) * scale + y);
    }

    // Of the lines between consecutive points; the jump between two strokes counts too, which only shifts the digit a little.
    private static PenPoint CentreOfMass(ReadOnlySpan<PenPoint> points)
    {
        double x = 0, y = 0, total = 0;
        for (int i = 1; i < points.Length; i++)
        {
            double dx = points[i].X - points[i - 1].X, dy = points[i].Y - points[i - 1].Y;
            double length = Math.Sqrt(dx * dx + dy * dy);
            x += length * (points[i].X + points[i - 1].X) / 2;
            y += length * (points[i].Y + points[i - 1].Y) / 2;
            total += length;
        }
        return new PenPoint(x / total, y / total);
    }

    // Width and ink change evenly from the start of the stroke to its end.
    private static void DrawStroke(ref SplitMix64 random, SoftPen pen, ReadOnlySpan<PenPoint> path, double radius, double ink)
    {
        double startRadius = radius * random.Uniform(0.8, 1.15), endRadius = radius * random.Uniform(0.8, 1.15);
        double startInk = ink * random.Uniform(0.85, 1.1), endInk = ink * random.Uniform(0.85, 1.1);
        for (int i = 1; i < path.Length; i++)
        {
            double t = (double)i / (path.Length - 1);
            double width = Math.Max(startRadius + (endRadius - startRadius) * t, 0.7);
            pen.Draw(path[i - 1], path[i], width, Math.Min(startInk + (endInk - startInk) * t, 1));
        }
    }
}
