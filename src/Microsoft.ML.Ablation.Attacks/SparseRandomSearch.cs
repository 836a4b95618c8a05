namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// Sparse-RS for L0 (Croce, Andriushchenko, Singh, Flammarion and Hein, AAAI 2022): a fixed number of pixels at the ends of their range of values; in
/// every step some of them, fewer and fewer, are exchanged for others at random, and the exchange stays when the margin of the true class does not grow. The
/// smallest number of pixels that succeeds is found by bisection, each search beginning from the pixels of the last success.
/// </summary>
public sealed class SparseRandomSearch : Attack
{
    private const double FirstShare = 0.3;

    // A search of many steps fits the few votes of its look. Where the model does not confirm a success, the look has to be surer by so much.
    private const double SurerBy = 0.05;

    // The share of pixels that is exchanged is the first one divided by these, from these steps of 10,000 on.
    private static readonly (int Step, int Divisor)[] s_schedule =
        [(0, 1), (1, 2), (50, 4), (200, 5), (500, 6), (1_000, 8), (2_000, 10), (4_000, 12), (6_000, 15), (8_000, 20)];

    /// <inheritdoc/>
    public override string Name => "SparseRandomSearch";

    /// <summary>Steps for each number of pixels, at least 1.</summary>
    public int Steps { get; init; } = 1_000;

    /// <summary>The largest number of pixels that is tried, at least 1; all pixels where there are fewer.</summary>
    public int LargestBudget { get; init; } = 64;

    internal override Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestBudget, 1);
        IMargin look = target.MarginOf(options.FirstLookVotes);
        return BudgetSearch.Run(Math.Min(LargestBudget, target.Layout.Positions),
            (budget, before) => SearchWith(budget, before, target, options, random, look, cancellation));
    }

    /// <summary>Random search with some pixels; null when it finds nothing.</summary>
    private Adversarial? SearchWith(int budget, Adversarial? before, AttackTarget target, AttackOptions options, Random random, IMargin look,
        CancellationToken cancellation)
    {
        FeatureLayout layout = target.Layout;
        var pixels = new PixelSet(layout, target.Original, options, random);
        pixels.Begin(budget, before?.Features);
        double margin = look.Of(pixels.Features);
        look.MoveThere();
        double surelyAdversarial = 0;
        for (int step = 0; ; step++)
        {
            if (margin <= surelyAdversarial)
            {
                var descent = new Descent(new Perturbation(layout, target.Original, [.. pixels.Features], pixels.Chosen));
                descent.ResetSingly(look, random, cancellation);
                if (descent.Confirm(target, options, random, cancellation) is { } found)
                    return found;
                surelyAdversarial = margin - SurerBy;
                // The look has followed the descent.
                look.Of(pixels.Features);
                look.MoveThere();
            }
            if (step == Steps)
                return null;
            cancellation.ThrowIfCancellationRequested();
            pixels.Exchange(Math.Max(1, (int)Math.Round(ShareAt(step) * budget)));
            double next = look.Of(pixels.Features);
            if (next <= margin)
            {
                look.MoveThere();
                margin = next;
            }
            else
            {
                pixels.Return();
            }
        }
    }

    private double ShareAt(int step)
    {
        int of = (int)((long)step * 10_000 / Steps);
        return FirstShare / s_schedule.Last(entry => entry.Step <= of).Divisor;
    }

    /// <summary>Some pixels of a row at the ends of their range, of which some can be exchanged and returned.</summary>
    private sealed class PixelSet(FeatureLayout layout, float[] original, AttackOptions options, Random random)
    {
        private readonly int[] _order = [.. Enumerable.Range(0, layout.Positions)];
        private readonly float[] _features = [.. original];
        private float[] _before = [];
        private int[] _orderBefore = [];
        private int _count;

        public float[] Features => _features;

        public IEnumerable<int> Chosen => _order.Take(_count);

        /// <summary>Chooses pixels: those that another image has changed first, as it has them.</summary>
        public void Begin(int count, float[]? like)
        {
            _count = count;
            random.Shuffle(_order);
            if (like is not null)
            {
                int[] sorted = [.. _order.OrderBy(position => Differs(position, like) ? 0 : 1)];
                sorted.CopyTo(_order, 0);
            }
            foreach (int position in Chosen)
            {
                if (like is not null && Differs(position, like))
                    Write(position, slot => like[slot]);
                else
                    WriteEnds(position);
            }
        }

        /// <summary>Exchanges some of the pixels for others; where there are no others, their values change.</summary>
        public void Exchange(int count)
        {
            _before = [.. _features];
            _orderBefore = [.. _order];
            random.Shuffle(_order.AsSpan(0, _count));
            random.Shuffle(_order.AsSpan(_count));
            for (int i = 0; i < Math.Min(count, _count); i++)
            {
                int leaving = _order[i];
                Write(leaving, slot => original[slot]);
                if (_count + i < _order.Length)
                    (_order[i], _order[_count + i]) = (_order[_count + i], leaving);
                WriteEnds(_order[i]);
            }
        }

        /// <summary>Takes the last exchange back.</summary>
        public void Return()
        {
            _before.CopyTo(_features, 0);
            _orderBefore.CopyTo(_order, 0);
        }

        private bool Differs(int position, float[] like)
        {
            foreach (int slot in layout.SlotsOf(position))
            {
                if (like[slot] != original[slot])
                    return true;
            }
            return false;
        }

        private void WriteEnds(int position) => Write(position, _ => random.Next(2) == 0 ? options.Minimum : options.Maximum);

        private void Write(int position, Func<int, float> valueOfSlot)
        {
            foreach (int slot in layout.SlotsOf(position))
                _features[slot] = valueOfSlot(slot);
        }
    }
}
