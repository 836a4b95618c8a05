using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// Draws the <c>k</c> retained positions of an ablation: a uniformly distributed subset of {0, ..., d − 1} with <c>k</c>
/// elements, as a pure function of a key, a stage and a sample index.
/// </summary>
/// <remarks>
/// <para>
/// Definition, so that another program can draw the same ablations. The words are the outputs of Philox 4x32-10 under
/// the key's 64 bits, at the counters (0, sample index, stage, the key's counter word), (1, ...), (2, ...) and so on. From
/// them Lemire's method (ACM TOMACS 29(1), 2019) takes integers without bias: a word w gives ⌊w·b / 2³²⌋ in {0, ..., b − 1}
/// unless w·b mod 2³² is less than 2³² mod b, in which case the next word is tried. Floyd's algorithm (Bentley and Floyd,
/// CACM 30(9), 1987) takes the subset from them: for j = d − m, ..., d − 1 draw t from {0, ..., j} and add t, or j when t
/// has been added before. For k ≤ d/2, m = k and the subset is retained, in that order; otherwise m = d − k and its
/// complement is retained, in increasing order.
/// </para>
/// <para>
/// Time is O(k). The scratch is a bitmap of d/8 bytes, which is less than a hash set of k entries whenever k ≥ d/64, and
/// is cleared in O(k).
/// </para>
/// <para>An instance owns its buffers: use one per thread. Drawing allocates nothing.</para>
/// </remarks>
public sealed class SubsetSampler : IRetention
{
    private readonly ulong[] _drawn;
    private readonly int[] _subset;

    /// <summary>Creates a sampler of <paramref name="k"/>-subsets of {0, ..., <paramref name="d"/> − 1}.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="d"/> or <paramref name="k"/> is out of range.</exception>
    public SubsetSampler(int d, int k)
    {
        AblationShape.Require(d, k);
        D = d;
        K = k;
        _drawn = new ulong[(d + 63L) / 64];
        _subset = new int[k];
    }

    /// <summary>The number of positions.</summary>
    public int D { get; }

    /// <summary>The number of retained positions.</summary>
    public int K { get; }

    /// <summary>Draws one subset.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="stage">What the ablation is for.</param>
    /// <param name="sampleIndex">The number of the ablation within its stage.</param>
    /// <returns>The <see cref="K"/> retained positions, in a fixed but arbitrary order; valid until the next call.</returns>
    public ReadOnlySpan<int> Sample(AblationKey key, AblationStage stage, uint sampleIndex)
    {
        Sample(key, stage, sampleIndex, _subset);
        return _subset;
    }

    ReadOnlySpan<int> IRetention.Of(AblationKey key, AblationStage stage, uint sampleIndex) => Sample(key, stage, sampleIndex);

    /// <summary>Draws one subset into a buffer of the caller.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="stage">What the ablation is for.</param>
    /// <param name="sampleIndex">The number of the ablation within its stage.</param>
    /// <param name="destination">Receives the <see cref="K"/> retained positions; exactly that long.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> has another length, or the stage is <see cref="AblationStage.Exact"/> and there is no such subset.
    /// </exception>
    public void Sample(AblationKey key, AblationStage stage, uint sampleIndex, Span<int> destination)
    {
        if (destination.Length != K)
            throw new ArgumentException(
                $"The destination has {destination.Length} elements, but k is {K}; it must have exactly {K}.",
                nameof(destination));

        if (stage == AblationStage.Exact)
        {
            SubsetRank.Unrank(D, K, sampleIndex, destination);
            return;
        }

        var words = new WordStream(key, stage, sampleIndex);
        if (K <= D - K)
        {
            Draw(ref words, destination);
            foreach (int position in destination)
                _drawn[position >> 6] = 0;
        }
        else
        {
            Draw(ref words, destination[..(D - K)]);
            WriteComplement(destination);
        }
    }

    private void Draw(ref WordStream words, Span<int> destination)
    {
        ulong[] drawn = _drawn;
        uint j = (uint)(D - destination.Length);
        for (int i = 0; i < destination.Length; i++, j++)
        {
            uint position = words.NextBelow(j + 1);
            if ((drawn[position >> 6] >> (int)(position & 63) & 1) != 0)
                position = j;
            drawn[position >> 6] |= 1UL << (int)(position & 63);
            destination[i] = (int)position;
        }
    }

    private void WriteComplement(Span<int> destination)
    {
        int count = 0;
        for (int i = 0; i < _drawn.Length; i++)
        {
            ulong retained = ~_drawn[i];
            if (i == _drawn.Length - 1 && (D & 63) != 0)
                retained &= (1UL << (D & 63)) - 1;
            for (; retained != 0; retained &= retained - 1)
                destination[count++] = (i << 6) + BitOperations.TrailingZeroCount(retained);
            _drawn[i] = 0;
        }
    }

    /// <summary>The words of the blocks 0, 1, 2, ... of one ablation, in order.</summary>
    private struct WordStream(AblationKey key, AblationStage stage, uint sampleIndex)
    {
        private uint _block;
        private int _left;
        private uint _word0;
        private uint _word1;
        private uint _word2;
        private uint _word3;

        /// <summary>A uniform integer from 0 to <paramref name="bound"/> − 1, by multiplication with rejection.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public uint NextBelow(uint bound)
        {
            ulong product = (ulong)Next() * bound;
            if ((uint)product < bound)
            {
                uint threshold = unchecked(0 - bound) % bound;
                while ((uint)product < threshold)
                    product = (ulong)Next() * bound;
            }

            return (uint)(product >> 32);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private uint Next()
        {
            if (_left == 0)
                NextBlock();
            uint word = _word0;
            _word0 = _word1;
            _word1 = _word2;
            _word2 = _word3;
            _left--;
            return word;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void NextBlock()
        {
            _word0 = _block++;
            _word1 = sampleIndex;
            _word2 = (uint)stage;
            _word3 = key.CounterWord;
            _left = Philox4x32.WordsPerBlock;
            Philox4x32.Block(ref _word0, ref _word1, ref _word2, ref _word3, key.Key0, key.Key1);
        }
    }
}
