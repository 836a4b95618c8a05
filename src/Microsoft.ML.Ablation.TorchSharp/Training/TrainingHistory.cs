using System.Globalization;
using System.Text;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The epochs of a training as lines of CSV.</summary>
internal static class TrainingHistory
{
    public const string Header = "epoch,loss,base_accuracy,validation_loss,validation_base_accuracy,learning_rate,seconds";

    /// <summary>Replaces a file by all epochs so far, so that it is always complete and has each epoch once.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, IEnumerable<EpochRecord> epochs)
    {
        StringBuilder text = new StringBuilder(Header).Append('\n');
        foreach (EpochRecord epoch in epochs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.Loss:R},{epoch.BaseAccuracy:R},{epoch.ValidationLoss:R},")
                .Append(CultureInfo.InvariantCulture, $"{epoch.ValidationAccuracy:R},{epoch.LearningRate:R},{epoch.Seconds:0.000}\n");
        }
        AtomicFile.WriteAllText(path, text.ToString());
    }
}
