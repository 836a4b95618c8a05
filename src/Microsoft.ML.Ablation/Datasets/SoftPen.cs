namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Draws a line of varying width with soft edges into a grey image; where lines cross, the darker ink counts.</summary>
internal readonly ref struct SoftPen
{
    // The ink falls from full to none over this many pixels across the edge of the line.
    private const double Edge = 1.3;

    private readonly Span<byte> _pixels;
    private readonly int _height, _width;

    public SoftPen(Span<byte> pixels, int height, int width)
    {
        _pixels = pixels;
        _height = height;
        _width = width;
    }

    /// <summary>
    /// Draws from <paramref name="a"/> to <paramref name="b"/>, in pixels with the centre of the first pixel at (0, 0).
    /// </summary>
    /// <param name="a">The start.</param>
    /// <param name="b">The end.</param>
    /// <param name="radius">Half of the line's width in pixels.</param>
    /// <param name="ink">The grey value of the line's middle, 0 to 1.</param>
    public void Draw(PenPoint a, PenPoint b, double radius, double ink)
    {
        double reach = radius + Edge / 2;
        int top = Math.Max((int)Math.Ceiling(Math.Min(a.Y, b.Y) - reach), 0);
        int bottom = Math.Min((int)Math.Floor(Math.Max(a.Y, b.Y) + reach), _height - 1);
        int left = Math.Max((int)Math.Ceiling(Math.Min(a.X, b.X) - reach), 0);
        int right = Math.Min((int)Math.Floor(Math.Max(a.X, b.X) + reach), _width - 1);
        double dx = b.X - a.X, dy = b.Y - a.Y;
        double squaredLength = dx * dx + dy * dy;
        double inverse = squaredLength > 0 ? 1 / squaredLength : 0;

        for (int y = top; y <= bottom; y++)
        {
            Span<byte> row = _pixels.Slice(y * _width, _width);
            for (int x = left; x <= right; x++)
            {
                double px = x - a.X, py = y - a.Y;
                double along = Math.Clamp((px * dx + py * dy) * inverse, 0, 1);
                px -= along * dx;
                py -= along * dy;
                double squaredDistance = px * px + py * py;
                if (squaredDistance >= reach * reach)
                    continue;
                double cover = Math.Min((reach - Math.Sqrt(squaredDistance)) / Edge, 1);
                byte grey = (byte)(255 * ink * cover + 0.5);
                if (grey > row[x])
                    row[x] = grey;
            }
        }
    }
}
