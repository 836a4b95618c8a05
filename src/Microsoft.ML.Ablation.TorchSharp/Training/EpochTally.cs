namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Sums losses and correct predictions over batches.</summary>
internal sealed class EpochTally
{
    private double _loss;
    private long _right;

    public long Rows { get; private set; }

    /// <summary>Mean loss per row.</summary>
    public double Loss => Rows == 0 ? 0 : _loss / Rows;

    /// <summary>Share of correct predictions.</summary>
    public double Accuracy => Rows == 0 ? 0 : (double)_right / Rows;

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
