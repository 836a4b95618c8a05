using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Rows of a certifier's input, each certified when it is asked for, with what was counted.</summary>
internal sealed class CertifiedCursor : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly RowCursor _row;

    /// <param name="certifier">The certifier.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="also">Further columns to read.</param>
    public CertifiedCursor(SmoothedCertifierTransformer certifier, IDataView input, IEnumerable<DataViewSchema.Column> also)
    {
        Session = certifier.BindVectors(input.Schema);
        IReadOnlySet<int> needed = Session.Binding.Dependencies();
        _cursor = SingleCursor.Open(input, [.. also.UnionBy(needed.Select(index => input.Schema[index]), column => column.Index)]);
        _row = new RowCursor(Session, _cursor, input, isInOrder: true);
    }

    /// <summary>The certifier on the input.</summary>
    public VectorSession Session { get; }

    /// <summary>How rows are read and shown to the base classifier.</summary>
    public AblationEncoder Encoder => Session.Binding.Encoder;

    /// <summary>The row of the input.</summary>
    public DataViewRow Input => _cursor;

    /// <summary>The key of its ablations; costs no vote.</summary>
    public AblationKey Key => _row.Key;

    /// <summary>Its class and certificate.</summary>
    public RowResult Result => _row.Current;

    /// <inheritdoc cref="RowCursor.Planar"/>
    public ReadOnlySpan<float> Planar => _row.Planar;

    /// <inheritdoc cref="RowCursor.Answers"/>
    public IReadOnlyList<AblationAnswer> Answers(int count) => _row.Answers(count);

    /// <inheritdoc cref="RowCursor.Count"/>
    public int[][] Count(AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot) => _row.Count(key, ranges, ballot);

    public bool MoveNext() => _cursor.MoveNext();

    public void Dispose()
    {
        _row.Dispose();
        _cursor.Dispose();
    }
}
