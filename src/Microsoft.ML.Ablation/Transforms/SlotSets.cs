namespace Microsoft.ML.Ablation;

/// <summary>Sets of slots that are joined one by one (union-find); a set is known by its first slot.</summary>
internal sealed class SlotSets(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>The first slot of the set of a slot.</summary>
    public int Find(int slot)
    {
        while (_parents[slot] != slot)
            slot = _parents[slot] = _parents[_parents[slot]];
        return slot;
    }

    public void Join(int left, int right)
    {
        (left, right) = (Find(left), Find(right));
        _parents[Math.Max(left, right)] = Math.Min(left, right);
    }
}
