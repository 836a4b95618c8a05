using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Trains a certified pipeline with progress and saves it.</summary>
internal static class Training
{
    /// <summary>Trains and saves.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="train">The images.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="options">How the model is smoothed.</param>
    /// <param name="modelPath">The file of the model.</param>
    /// <param name="console">Shows progress.</param>
    /// <param name="cancellation">Stops it; nothing is saved then.</param>
    /// <param name="limit">After which time it ends with the weights that it has, but not before its first epoch ends; null for never.</param>
    /// <returns>The model, and how it was trained.</returns>
    public static TrainedModel Run(MLContext ml, IDataView train, TrainingSettings settings, SmoothedCertifierOptions options, string modelPath, ToolConsole console,
        CancellationToken cancellation, TimeSpan? limit = null)
    {
        // Better now than after the training.
        AtomicFile.CheckWritable(modelPath);
        var watch = Stopwatch.StartNew();
        ITransformer? model = null;
        int epochs = 0;
        console.WithProgress("Training", settings.Trainer.Epochs, update =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var progress = new EpochProgress(update, () => watch.Elapsed > limit, stop);
            settings.Trainer.CancellationToken = stop.Token;
            settings.Trainer.ReturnBestOnCancel = limit is not null;
            settings.Trainer.Progress = progress;
            SmoothedCertifierEstimator certifier = ml.Transforms.SmoothedCertifier(BaseClassifier(ml, settings), options);
            model = Preparation.Build(ml, settings).Append(certifier).Fit(train);
            epochs = progress.Completed;
        });
        if (cancellation.IsCancellationRequested)
            (model as IDisposable)?.Dispose();
        cancellation.ThrowIfCancellationRequested();
        if (epochs < settings.Trainer.Epochs && limit is not null)
            console.Say(FormattableString.Invariant($"The time was over after {epochs} of {settings.Trainer.Epochs} epochs."));
        RowDivision division = settings.Division ?? new RowDivision(settings.Seed, settings.Trainer.ValidationFraction);
        ModelFile.Save(ml, model!, division.AddTo(train.Schema), modelPath);
        return new TrainedModel(model!, watch.Elapsed, epochs);
    }

    /// <summary>Ablates prepared images, and trains the network that classifies them.</summary>
    public static IEstimator<ITransformer> BaseClassifier(MLContext ml, TrainingSettings settings)
        => settings.Ablations.ToEstimator(ml, settings).Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(settings.Trainer));

    /// <summary>Reports in the training thread, in order, and ends the training when its time is over.</summary>
    /// <param name="update">Shows progress.</param>
    /// <param name="isOver">Whether the time is over.</param>
    /// <param name="stop">Ends the training.</param>
    private sealed class EpochProgress(ProgressUpdate update, Func<bool> isOver, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        /// <summary>Epochs that are done.</summary>
        public int Completed { get; private set; }

        void IProgress<TrainingProgress>.Report(TrainingProgress value)
        {
            double epochs = value.Epoch - 1 + (double)value.Batch / value.Batches;
            double accuracy = value.ValidationAccuracy ?? value.BaseAccuracy;
            Completed = (int)epochs;
            update(epochs, FormattableString.Invariant($"epoch {value.Epoch}, loss {value.Loss:F2}, base accuracy {accuracy:P0}"));
            if (Completed > 0 && Completed < value.Epochs && isOver())
                stop.Cancel();
        }
    }
}
