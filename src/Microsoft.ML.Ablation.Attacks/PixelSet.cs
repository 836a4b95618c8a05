namespace Microsoft.ML.Ablation.Attacks;

/// <summary>Pixels of a row at the ends of their range, some of which can be exchanged for others.</summary>
internal sealed class PixelSet(FeatureLayout layout, float[] original, AttackOptions options, Random random)
{
    private readonly int[] _order = [.. Enumerable.Range(0, layout.Positions)];
    private readonly float[] _features = [.. original];
    private float[] _before = [];
    private int[] _orderBefore = [];
    private int _count;

    public float[] Features => _features;

    public IEnumerable<int> Chosen => _order.Take(_count);

    /// <summary>Chooses pixels: first those that another image has changed, with its values.</summary>
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

    /// <summary>Exchanges some of the pixels for others; if there are no others, changes their values.</summary>
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

    /// <summary>Undoes the last exchange.</summary>
    public void Undo()
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
