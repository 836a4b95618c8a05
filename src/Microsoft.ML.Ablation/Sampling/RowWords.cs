namespace Microsoft.ML.Ablation.Sampling;

/// <summary>Four random words of one row: a function of the key, the row's number and the number of the block.</summary>
internal readonly record struct RowWords(uint First, uint Second, uint Third, uint Fourth)
{
    public static RowWords Draw(AblationKey key, ulong row, uint block)
    {
        uint first = (uint)row, second = (uint)(row >> 32), third = block, fourth = key.CounterWord;
        Philox4x32.Block(ref first, ref second, ref third, ref fourth, key.Key0, key.Key1);
        return new RowWords(first, second, third, fourth);
    }

    /// <summary>
    /// A number from 0 to below <paramref name="count"/>. Of 2³² words; for counts up to 2¹⁵ at most 2⁻¹⁷ of a chance is misplaced,
    /// which training does not notice.
    /// </summary>
    public static int Below(uint word, int count) => (int)((ulong)word * (uint)count >> 32);

    /// <summary>A number between 0 and 1.</summary>
    public static double Unit(uint word) => (word + 0.5) / (1L << 32);
}
