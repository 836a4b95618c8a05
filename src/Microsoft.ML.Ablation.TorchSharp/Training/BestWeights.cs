namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The weights of the highest quality in validation so far (<see cref="EpochTally.Quality"/>), and among those the lowest loss.</summary>
internal sealed class BestWeights
{
    public BestWeights()
    {
    }

    /// <summary>The best weights of an earlier run.</summary>
    public BestWeights(int epoch, double accuracy, double loss, float[][] weights) =>
        (Epoch, Accuracy, Loss, Weights) = (epoch, accuracy, loss, weights);

    /// <summary>The weights; null before the first offer.</summary>
    public float[][]? Weights { get; private set; }

    /// <summary>Their epoch, from 1; 0 before the first offer.</summary>
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
