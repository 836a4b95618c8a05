using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Rows of a smoothed regressor's input, with the outputs for their ablations.</summary>
internal sealed class RegressedCursor : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly KeyedRow _row;
    private readonly ChainOutputSource _source;

    /// <param name="regressor">The smoothed regressor.</param>
    /// <param name="input">What it takes.</param>
    public RegressedCursor(SmoothedRegressorTransformer regressor, IDataView input)
    {
        Session = regressor.Bind(input.Schema);
        _cursor = SingleCursor.Open(input, Session.Binding.Dependencies().Select(index => input.Schema[index]));
        _row = new KeyedRow(Session.Binding, Session.Seed, _cursor);
        _source = Session.Open(_cursor);
    }

    /// <summary>The smoothed regressor on the input.</summary>
    public RegressingSession Session { get; }

    /// <summary>The row of the input.</summary>
    public DataViewRow Input => _cursor;

    /// <summary>The key of its ablations; asks nothing.</summary>
    public AblationKey Key => _row.Key;

    /// <summary>The outputs for its ablations, in their order; asks the base regressor each time.</summary>
    public double[] Ask()
    {
        AblationKey key = _row.Key;
        return Session.Ask(_source, _row.Planar, key);
    }

    public bool MoveNext() => _cursor.MoveNext();

    public void Dispose()
    {
        _source.Dispose();
        _cursor.Dispose();
    }
}
