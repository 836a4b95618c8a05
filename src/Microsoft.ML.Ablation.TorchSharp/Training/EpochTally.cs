namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Sums losses and correct predictions over batches.</summary>
internal sealed class EpochTally
{
    private double _loss;
    private long _right, _reachRows;
    private double? _reach;

    public long Rows { get; private set; }

    /// <summary>Mean loss per row.</summary>
    public double Loss => Rows == 0 ? 0 : _loss / Rows;

    /// <summary>Share of correct predictions.</summary>
    public double Accuracy => Rows == 0 ? 0 : (double)_right / Rows;

    /// <summary>What the best weights have most of: <see cref="Accuracy"/>, or the mean reach of the rows where it was added.</summary>
    public double Quality => _reach is null ? Accuracy : Rows == 0 ? 0 : _reach.Value / _reachRows;

    /// <summary>Adds the reach of rows: of the contest that is closest, the share of masks that are won beyond half.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="sum">Their sum.</param>
    public void AddReach(int rows, double sum)
    {
        _reach = (_reach ?? 0) + sum;
        _reachRows += rows;
    }

    /// <summary>Adds a batch.</summary>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="meanLoss">Its mean loss.</param>
    /// <param name="right">Its number of correct predictions.</param>
    public void Add(int rows, double meanLoss, long right)
    {
        Rows += rows;
        _loss += meanLoss * rows;
        _right += right;
    }
}
