namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The weights with the highest validation accuracy so far; of equal ones, those with the lowest loss.</summary>
internal sealed class BestWeights
{
    private double _accuracy = double.NegativeInfinity;
    private double _loss = double.PositiveInfinity;

    /// <summary>The weights, or null when none were offered.</summary>
    public float[][]? Weights { get; private set; }

    /// <summary>The epoch after which they stood, from 1.</summary>
    public int Epoch { get; private set; }

    /// <summary>Keeps the network's weights if they are better.</summary>
    public void Offer(AblationNetwork network, int epoch, double accuracy, double loss)
    {
        if (accuracy < _accuracy || accuracy == _accuracy && !(loss < _loss))
            return;
        (_accuracy, _loss, Epoch) = (accuracy, loss, epoch);
        Weights = network.ReadWeights();
    }
}
