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
        BoundBaseClassifier classifier = certifier.Bind(input.Schema);
        IReadOnlySet<int> needed = classifier.Dependencies();
        _cursor = SingleCursor.Open(input, [.. also.UnionBy(needed.Select(index => input.Schema[index]), column => column.Index)]);
        _row = new CertifiedRow(certifier, classifier, _cursor, input, isInOrder: true);
        Encoder = classifier.Encoder;
    }

    /// <summary>How rows are read and shown to the base classifier.</summary>
    public AblationEncoder Encoder { get; }

    /// <summary>The row of the input.</summary>
    public DataViewRow Input => _cursor;

    /// <summary>The key of its ablations; costs no vote.</summary>
    public AblationKey Key => _row.Key;

    /// <summary>Its class and certificate.</summary>
    public RowResult Result => _row.Current;

    /// <inheritdoc cref="CertifiedRow.Planar"/>
    public ReadOnlySpan<float> Planar => _row.Planar;

    /// <inheritdoc cref="CertifiedRow.Answers"/>
    public IReadOnlyList<AblationAnswer> Answers(int count) => _row.Answers(count);

    /// <inheritdoc cref="CertifiedRow.Count"/>
    public int[][] Count(AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot) => _row.Count(key, ranges, ballot);

    public bool MoveNext() => _cursor.MoveNext();

    public void Dispose()
    {
        _row.Dispose();
        _cursor.Dispose();
    }
}
