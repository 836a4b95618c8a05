using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>What is tried for images of a shape, and how the time is divided.</summary>
/// <param name="shape">The images' shape.</param>
internal sealed class TuningPlan(ImageShape shape)
{
    /// <summary>Shares of the budget: the network for random ablations, its certification, and all trainings for fixed masks.</summary>
    public const double NetworkShare = 0.5, CertificationShare = 0.15, MasksShare = 0.25;

    /// <summary>The most epochs of the network; more help little.</summary>
    public const int MostEpochs = 400;

    /// <summary>The most epochs with fixed masks, whose networks are small.</summary>
    public const int MostMaskEpochs = 20;

    private const int Counts = 6;
    private static readonly int[] s_maskSizes = [16, 8];
    private const int LargestSmallSide = 64, LargestGraySide = 32;

    private int Least => Math.Max(1, shape.Positions / 64);

    private int Most => Math.Max(Least, shape.Positions / 8);

    /// <summary>The k that the network is trained with: the middle of those that are tried.</summary>
    public int TrainedK => (int)Math.Round(Math.Sqrt((double)Least * Most));

    /// <summary>The spread of retained pixels in training, which covers all k that are tried.</summary>
    public double Spread => Math.Round(Math.Sqrt((double)Most / Least), 2);

    /// <summary>The k that are tried, from a 64th to an eighth of the pixels: small ones give large radii, large ones accuracy.</summary>
    public IReadOnlyList<int> Retained
        => [.. Enumerable.Range(0, Counts).Select(i => (int)Math.Round(Least * Math.Pow((double)Most / Least, i / (Counts - 1.0)))).Distinct()];

    /// <summary>The numbers of fixed masks that are tried, of 16 and of 8 pixels each; none for large images, of which a network for each mask would see too little.</summary>
    public IReadOnlyList<int> Masks => Math.Max(shape.Height, shape.Width) > LargestSmallSide ? [] : [.. s_maskSizes.Select(size => shape.Positions / size).Where(count => count >= 3)];

    /// <summary>The network for random ablations.</summary>
    public ImageNetwork Network => Math.Max(shape.Height, shape.Width) switch
    {
        <= LargestGraySide when shape.Channels == 1 => ImageNetwork.FullyConnected,
        <= LargestSmallSide => ImageNetwork.SparseResidual,
        _ => ImageNetwork.ResNet18,
    };

    /// <summary>Whether images are mirrored and shifted in training: colour images are photographs, gray ones often digits.</summary>
    public bool Augments => shape.Channels > 1;

    /// <summary>By how much.</summary>
    public int Crop => Augments ? Math.Min(shape.Height, shape.Width) / 8 : 0;

    /// <summary>How many rows are certified with how many votes each, where so many votes can be counted.</summary>
    /// <param name="votes">Votes for all rows of a candidate.</param>
    /// <param name="rows">The rows there are.</param>
    public static (int Rows, int Votes) Divide(double votes, int rows)
    {
        int wanted = Math.Min(rows, 500), each = (int)Math.Clamp(votes / wanted, 500, 2_000);
        return ((int)Math.Clamp(votes / each, Math.Min(50, wanted), wanted), each);
    }
}
