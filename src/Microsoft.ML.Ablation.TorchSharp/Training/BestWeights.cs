namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The weights with the highest validation accuracy so far; of equal ones, those with the lowest loss.</summary>
internal sealed class BestWeights
{
    public BestWeights()
    {
    }

    /// <summary>Weights that were the best in another run.</summary>
    public BestWeights(int epoch, double accuracy, double loss, float[][] weights) =>
        (Epoch, Accuracy, Loss, Weights) = (epoch, accuracy, loss, weights);

    /// <summary>The weights, or null when none were offered.</summary>
    public float[][]? Weights { get; private set; }

    /// <summary>The epoch after which they stood, from 1; 0 when none were offered.</summary>
    public int Epoch { get; private set; }

    /// <summary>Their validation accuracy.</summary>
    public double Accuracy { get; private set; } = double.NegativeInfinity;

    /// <summary>Their validation loss.</summary>
    public double Loss { get; private set; } = double.PositiveInfinity;

    /// <summary>Keeps the network's weights if they are better.</summary>
    public void Offer(AblationNetwork network, int epoch, double accuracy, double loss)
    {
        if (accuracy < Accuracy || accuracy == Accuracy && !(loss < Loss))
            return;
        (Accuracy, Loss, Epoch) = (accuracy, loss, epoch);
        if (Weights is null)
            Weights = network.ReadWeights();
        else
            network.ReadWeights(Weights);
    }
}
