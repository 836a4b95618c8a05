namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Adds up losses and right answers over batches.</summary>
internal sealed class EpochTally
{
    private double _loss;
    private long _right;

    public long Rows { get; private set; }

    /// <summary>Mean loss per row.</summary>
    public double Loss => Rows == 0 ? 0 : _loss / Rows;

    /// <summary>Share of right answers.</summary>
    public double Accuracy => Rows == 0 ? 0 : (double)_right / Rows;

    /// <param name="rows">Rows of a batch.</param>
    /// <param name="meanLoss">Its mean loss.</param>
    /// <param name="right">Its right answers.</param>
    public void Add(int rows, double meanLoss, long right)
    {
        Rows += rows;
        _loss += meanLoss * rows;
        _right += right;
    }
}
