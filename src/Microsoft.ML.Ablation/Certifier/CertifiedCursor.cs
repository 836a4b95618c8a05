using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Rows of a certifier's input, each certified when it is asked for, with what was counted.</summary>
internal sealed class CertifiedCursor : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly CertifiedRow _row;

    /// <param name="certifier">The certifier.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="also">Further columns to read.</param>
    public CertifiedCursor(SmoothedCertifierTransformer certifier, IDataView input, IEnumerable<DataViewSchema.Column> also)
    {
        Session = certifier.Bind(input.Schema);
        IReadOnlySet<int> needed = Session.Binding.Dependencies();
        _cursor = SingleCursor.Open(input, [.. also.UnionBy(needed.Select(index => input.Schema[index]), column => column.Index)]);
        _row = Session is VectorSession vectors ? new RowCursor(vectors, _cursor, input, isInOrder: true) : Session.OpenRow(_cursor, input);
    }

    /// <summary>The certifier on the input.</summary>
    public CertifyingSession Session { get; }

    /// <summary>How rows are read and shown to the base classifier.</summary>
    public AblationEncoder Encoder => Session.Binding.Encoder;

    /// <summary>The row of the input.</summary>
    public DataViewRow Input => _cursor;

    /// <summary>The key of its ablations; costs no vote.</summary>
    public AblationKey Key => _row.Key;

    /// <summary>Its class and certificate.</summary>
    public RowResult Result => _row.Current;

    /// <inheritdoc cref="RowCursor.Planar"/>
    public ReadOnlySpan<float> Planar => Vectors.Planar;

    /// <inheritdoc cref="RowCursor.Answers"/>
    public IReadOnlyList<AblationAnswer> Answers(int count) => Vectors.Answers(count);

    /// <inheritdoc cref="RowCursor.Count"/>
    public int[][] Count(AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot) => Vectors.Count(key, ranges, ballot);

    /// <summary>How many positions an attacker has: those of every row, or the words of a text; a text without words counts as one word.</summary>
    public int Positions => _row is CertifiedText text ? Math.Max(1, text.Words.Count) : Encoder.Positions;

    private RowCursor Vectors => _row as RowCursor ?? throw new NotSupportedException("Rows are texts, not numbers.");

    public bool MoveNext() => _cursor.MoveNext();

    public void Dispose()
    {
        _row.Dispose();
        _cursor.Dispose();
    }
}
