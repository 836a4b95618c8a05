namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The search of <see cref="AdversarialPatch"/> on one row.</summary>
internal sealed class PatchSearch
{
    // Places and colours that are tried before the search begins.
    private const int Starts = 30;

    // How often a step of random search moves the patch; the others change what it shows.
    private const double MovingShare = 0.25;

    // A step of the gradient moves values through this share of their range.
    private const float GradientStep = 0.25f;

    // A search overfits the votes of its look. If the model rejects a success, the margin must fall by this much more.
    private const double LimitStep = 0.05;

    private readonly AdversarialPatch _attack;
    private readonly PatchUnit _unit;
    private readonly AttackTarget _target;
    private readonly AttackOptions _options;
    private readonly Random _random;
    private readonly CancellationToken _cancellation;
    private readonly IMargin _look;
    private readonly Lazy<IMargin> _closer;
    private readonly GradientSource? _gradients;
    private ImagePatch? _success;

    // The best of the size at hand, and its margin.
    private ImagePatch? _patch;
    private double _margin;

    public PatchSearch(AdversarialPatch attack, PatchUnit unit, AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        (_attack, _unit, _target, _options, _random, _cancellation) = (attack, unit, target, options, random, cancellation);
        _look = target.MarginOf(options.FirstLookVotes);
        _closer = new(() => target.MarginOf(options.CloserLookVotes));
        _gradients = target.GradientsIfAny();
    }

    /// <summary>Searches for a patch of a size; null when it finds none.</summary>
    public Adversarial? Try(int size)
    {
        Adversarial? unverified = null;
        double limit = 0;
        _patch = null;
        foreach (ImagePatch candidate in Candidates(size))
        {
            _cancellation.ThrowIfCancellationRequested();
            double margin = _look.Of(candidate.On(_target.Original));
            if (_patch is not null && margin > _margin)
                continue;
            _look.Accept();
            (_patch, _margin) = (candidate, margin);
            if (margin > limit)
                continue;
            if (Confirm(candidate, size) is { } found)
            {
                if (found.IsVerified)
                    return found;
                unverified ??= found;
            }
            limit = margin - LimitStep;
        }
        return unverified;
    }

    /// <summary>
    /// One candidate after the other: beginnings, gradient steps from the best of them, and random steps from the best of all so far, which the caller keeps.
    /// </summary>
    private IEnumerable<ImagePatch> Candidates(int size)
    {
        foreach (ImagePatch start in Beginnings(size))
            yield return start;
        if (_gradients is not null)
        {
            ImagePatch moving = _patch!;
            for (int step = 0; step < _attack.GradientSteps; step++)
                yield return moving = Follow(moving, Slopes(moving));
        }
        for (int step = 0; step < _attack.Steps; step++)
            yield return Step(_patch!, 1 - (double)step / _attack.Steps);
    }

    private IEnumerable<ImagePatch> Beginnings(int size)
    {
        var blank = new ImagePatch(_target.Layout, size * _unit.Height, size * _unit.Width);
        if (_success is { } larger)
        {
            int rows = larger.Rows - blank.Rows, columns = larger.Columns - blank.Columns;
            foreach ((int top, int left) in new[] { (0, 0), (0, columns), (rows, 0), (rows, columns), (rows / 2, columns / 2) })
                yield return larger.Crop(blank.Rows, blank.Columns, top, left);
        }
        if (_gradients is not null && _attack.GradientSteps > 0)
            yield return MostPromising(blank);
        for (int start = 0; start < Starts; start++)
            yield return blank.At(_random.Next(blank.LastTop + 1), _random.Next(blank.LastLeft + 1)).With(.., .., _ => End());
    }

    /// <summary>A random step, large while <paramref name="share"/> is close to 1 and small where it is close to 0.</summary>
    private ImagePatch Step(ImagePatch patch, double share)
    {
        if (_random.NextDouble() < MovingShare && patch.LastTop + patch.LastLeft > 0)
            return patch.At(patch.Top + Offset(patch.LastTop), patch.Left + Offset(patch.LastLeft));
        return patch.With(Part(patch.Rows), Part(patch.Columns), _ => End());

        int Offset(int most)
        {
            int furthest = Math.Max(1, (int)(share * most));
            return _random.Next(-furthest, furthest + 1);
        }

        Range Part(int sides)
        {
            int length = _random.Next(1, Math.Max(1, (int)(share * sides)) + 1), first = _random.Next(sides - length + 1);
            return first..(first + length);
        }
    }

    private float End() => _random.Next(2) == 0 ? _options.Minimum : _options.Maximum;

    private float[] Slopes(ImagePatch patch) => _gradients!.Margin(patch.On(_target.Original), _attack.Ablations).Gradient;

    /// <summary>One step against the gradient.</summary>
    private ImagePatch Follow(ImagePatch patch, float[] slopes)
    {
        float length = GradientStep * (_options.Maximum - _options.Minimum);
        return patch.With((slot, value) => Math.Clamp(value - length * Math.Sign(slopes[slot]), _options.Minimum, _options.Maximum));
    }

    /// <summary>The place where values at the ends of their range lower the margin most, to first order, with those values.</summary>
    private ImagePatch MostPromising(ImagePatch blank)
    {
        FeatureLayout layout = _target.Layout;
        float[] slopes = _gradients!.Margin(_target.Original, _attack.Ablations).Gradient;
        var gains = new double[layout.Positions];
        for (int position = 0; position < gains.Length; position++)
        {
            foreach (int slot in layout.SlotsOf(position))
                gains[position] += slopes[slot] * ((double)_target.Original[slot] - Best(slot));
        }
        (int Top, int Left) place = (0, 0);
        double most = double.NegativeInfinity;
        for (int top = 0; top <= blank.LastTop; top++)
        {
            for (int left = 0; left <= blank.LastLeft; left++)
            {
                double gain = 0;
                for (int row = top; row < top + blank.Rows; row++)
                {
                    for (int column = left; column < left + blank.Columns; column++)
                        gain += gains[row * layout.Shape.Width + column];
                }
                if (gain > most)
                    (most, place) = (gain, (top, left));
            }
        }
        return blank.At(place.Top, place.Left).With((slot, _) => Best(slot));

        float Best(int slot) => slopes[slot] > 0 ? _options.Minimum : _options.Maximum;
    }

    /// <summary>Checks the patch with a closer look, the model itself and fresh votes; null when one of the first two rejects it.</summary>
    private Adversarial? Confirm(ImagePatch patch, int size)
    {
        float[] features = patch.On(_target.Original);
        if (_closer.Value.Of(features) > 0 || _target.Ask(features) is var answer && answer == _target.Label)
            return null;
        (int fresh, int? ahead) = _target.Verify(features);
        var found = new Adversarial(features, size, answer, fresh != _target.Label, ahead);
        if (found.IsVerified)
            _success = patch;
        return found;
    }
}
