using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The certified answer for the row at a cursor's position.</summary>
internal sealed class RowCursor : CertifiedRow
{
    private readonly VectorSession _session;
    private readonly KeyedRow _row;
    private readonly RowVoter _voter;
    private readonly IDataView? _view;
    private readonly bool _isInOrder;
    private RowsAhead? _ahead;
    private long _keyPosition = -1;
    private AblationKey _key;

    /// <param name="session">The certifier on the row's schema.</param>
    /// <param name="input">The row.</param>
    /// <param name="view">The view that the row is read from, where one is: then rows are certified ahead, if the source of votes asks for it.</param>
    /// <param name="isInOrder">Whether the row is known to be read in the view's own order, so that it need not be read twice to be sure.</param>
    public RowCursor(VectorSession session, DataViewRow input, IDataView? view, bool isInOrder)
        : base(session, input)
    {
        (_session, _isInOrder) = (session, isInOrder);
        _row = new KeyedRow(session.Binding, session.Seed, input);
        _voter = session.Open(input);
        _view = _voter.RowsAtOnce > 1 ? view : null;
    }

    /// <inheritdoc cref="KeyedRow.Key"/>
    public override AblationKey Key => Input.Position == _keyPosition ? _key : _row.Key;

    /// <summary>Some ablations of the current row that vote, each with the class that the base classifier answers to it alone.</summary>
    public IReadOnlyList<AblationAnswer> Answers(int count)
    {
        AblationKey key = _row.Key;
        return _voter.Answers(_row.Planar, key, count);
    }

    /// <summary>The answers to random ablations of the current row that another key gives.</summary>
    public int[][] Count(AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot)
    {
        _ = _row.Key;
        return ((SampledVoter)_voter).Source.CountVotes(_row.Planar, key, ranges, ballot);
    }

    /// <summary>The current row's values in channel-major order.</summary>
    public ReadOnlySpan<float> Planar
    {
        get
        {
            _ = _row.Key;
            return _row.Planar.Span;
        }
    }

    public override void Dispose()
    {
        _ahead?.Dispose();
        _voter.Dispose();
    }

    protected override RowResult Certify()
    {
        if (_view is not null)
            _ahead ??= new RowsAhead(_view, _session, _voter);
        // Rows of a view that was shuffled come in another order than the ones ahead; such a row is certified by itself.
        if (_ahead?.Take(Input.Position) is { } row && (_isInOrder || row.Key == _row.Key))
        {
            (_keyPosition, _key) = (Input.Position, row.Key);
            return row.Result.GetAwaiter().GetResult();
        }
        AblationKey key = _row.Key;
        return _voter.CertifyAsync(_row.Planar, key).GetAwaiter().GetResult();
    }
}
