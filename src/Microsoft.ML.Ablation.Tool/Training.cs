using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Trains a certified pipeline with progress and saves it.</summary>
internal static class Training
{
    public static (ITransformer Model, TimeSpan Time) Run(MLContext ml, IDataView train, TrainingSettings settings,
        SmoothedCertifierOptions options, string modelPath, ToolConsole console, CancellationToken cancellation)
    {
        // Better now than after the training.
        AtomicFile.CheckWritable(modelPath);
        var watch = Stopwatch.StartNew();
        ITransformer? model = null;
        console.WithProgress("Training", settings.Trainer.Epochs, update =>
        {
            settings.Trainer.CancellationToken = cancellation;
            settings.Trainer.Progress = new EpochProgress(update);
            SmoothedCertifierEstimator certifier = ml.Transforms.SmoothedCertifier(BaseClassifier(ml, settings), options);
            model = Preparation.Build(ml, settings).Append(certifier).Fit(train);
        });
        ModelFile.Save(ml, model!, train.Schema, modelPath);
        return (model!, watch.Elapsed);
    }

    /// <summary>Ablates prepared images, and trains the network that classifies them.</summary>
    public static IEstimator<ITransformer> BaseClassifier(MLContext ml, TrainingSettings settings)
        => settings.Ablations.ToEstimator(ml, settings).Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(settings.Trainer));

    /// <summary>Reports in the training thread, in order.</summary>
    private sealed class EpochProgress(ProgressUpdate update) : IProgress<TrainingProgress>
    {
        void IProgress<TrainingProgress>.Report(TrainingProgress value)
        {
            double epochs = value.Epoch - 1 + (double)value.Batch / value.Batches;
            double accuracy = value.ValidationAccuracy ?? value.BaseAccuracy;
            update(epochs, FormattableString.Invariant($"epoch {value.Epoch}, loss {value.Loss:F2}, base accuracy {accuracy:P0}"));
        }
    }
}
