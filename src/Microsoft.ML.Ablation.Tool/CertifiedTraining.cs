using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>From images to a certified model: trains, certifies images that the training never saw, and writes model, table, run folder and page.</summary>
/// <param name="ml">The context.</param>
/// <param name="settings">How to train; where there is a time, its number of epochs plays no part.</param>
/// <param name="images">The images.</param>
/// <param name="options">How the model is smoothed.</param>
/// <param name="files">What is written.</param>
/// <param name="console">Shows progress.</param>
internal sealed class CertifiedTraining(MLContext ml, TrainingSettings settings, ImageData images, SmoothedCertifierOptions options, TrainingFiles files, ToolConsole console)
{
    /// <summary>The share of the images that is held out where there are no test images.</summary>
    public const double UsualShare = 0.2;

    private const int MostSteps = 3_000, LeastMostEpochs = 20;
    private const long MostCachedBytes = 1L << 30;

    /// <summary>How long the training may take, nearly; null for the epochs of the settings.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>The share of the images that is held out; null for the usual one, and with test images for none.</summary>
    public double? HeldOutShare { get; init; }

    /// <summary>The most images that are certified.</summary>
    public required int MostCertified { get; init; }

    /// <summary>The most images that are worth their time: fixed masks need a millisecond for each, random ablations a second.</summary>
    public static int MostRows(TrainingSettings settings) => settings.Ablations is MaskAblationChoice ? 500 : 50;

    /// <summary>Does all of it.</summary>
    /// <exception cref="ArgumentException">No image is held out.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the model is there if its training had ended.</exception>
    public CertificationResult Run(CancellationToken cancellation)
    {
        foreach (string path in (string[])[files.Table, files.Page])
            AtomicFile.CheckWritable(path);
        long began = Stopwatch.GetTimestamp();
        (IDataView train, IDataView others) = Divide();
        long rows = CertificationRun.CountRows(train), certified = Math.Min(MostCertified, CertificationRun.CountRows(others));
        if (certified == 0)
            throw new ArgumentException("No image is held out of the training, so that none can be certified; give more images, a larger --validation-share, or a folder 'test' beside 'train'.");
        console.Say(FormattableString.Invariant($"Training on {rows:N0} images with {settings.Ablations} and network {settings.Trainer.Network}; {certified:N0} others are then certified."));
        if (settings.ImageFiles is { } imageFiles)
            settings = settings with { CachesPixels = 3 * sizeof(float) * rows * imageFiles.Size * imageFiles.Size <= MostCachedBytes };
        if (Budget is { } budget)
            train = Afford(train, rows, budget, cancellation);
        using TrainedModel trained = Training.Run(ml, train, settings, options, files.Model, console, cancellation, Budget - Stopwatch.GetElapsedTime(began));
        RunFolder<RunManifest, RunRow>.Clear(files.Run);
        string name = images.HasTest ? images.Name : $"{images.Name}, held out";
        CertificationResult result = new CertificationRun(trained.Model, ml.Data.TakeRows(others, certified), name)
        {
            TablePath = files.Table,
            RunDirectory = files.Run,
            ModelHash = FileHash.Of(files.Model),
        }.Run(console, cancellation);
        WritePage(others, cancellation);
        return result with { Model = files.Model, TrainingSeconds = Math.Round(trained.Time.TotalSeconds, 1), Epochs = trained.Epochs, Page = files.Page };
    }

    /// <summary>The images to train on, and those to certify.</summary>
    private (IDataView Train, IDataView Others) Divide()
    {
        IDataView all = images.TakeTrain(settings.TrainRows);
        // No epoch is chosen on images that are certified, and none on a handful of others, unless it is asked for: weights are then those of the last one.
        if (images.ListClasses is not null && settings.Trainer.Patience is null)
            settings.Trainer.ValidationFraction = images.HasTest ? HeldOutShare ?? 0 : 0;
        if (images.HasTest)
            return (all, images.LoadTest());
        settings = settings with { Division = new RowDivision(settings.Seed, HeldOutShare ?? UsualShare) };
        var held = new AblatedImageClassificationTrainer.Options { Seed = settings.Division.Seed, ValidationFraction = settings.Division.Share };
        return (AblatedImageClassificationTrainer.RowsButHeldOut(all, held), AblatedImageClassificationTrainer.HeldOutRows(all, held));
    }

    /// <summary>Measures how fast the training is, and sets how many epochs, or images, there is time for.</summary>
    private IDataView Afford(IDataView train, long rows, TimeSpan budget, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        // A partition that is learnt takes longer, once, and its steps take as long.
        TrainingSettings alike = settings.Ablations is MaskAblationChoice { IsPartition: true } masks
            ? settings with { Ablations = masks with { Chosen = AblationMasks.Partition(masks.Size, settings.Seed) } } : settings;
        double rate = TrainingProbe.ImagesPerSecond(ml, train, rows, alike, EpochBudget.ProbeShare * budget, cancellation);
        int steps = (int)Math.Ceiling((double)rows / settings.Trainer.BatchSize);
        EpochBudget affordable = EpochBudget.Of(rate, budget - Stopwatch.GetElapsedTime(began), rows, Math.Max(LeastMostEpochs, MostSteps / steps));
        console.Say($"Speed: {affordable}");
        settings.Trainer.Epochs = affordable.Epochs;
        // Rows that are taken cannot be shuffled, a cache of them can.
        return affordable.Rows < rows ? ml.Data.Cache(ml.Data.TakeRows(train, affordable.Rows)) : train;
    }

    private void WritePage(IDataView rows, CancellationToken cancellation)
    {
        EvaluatedRun run = EvaluatedRun.Load(files.Run, RunClaims.None);
        RowPictures pictures = new ReportImages(ml).DrawRows(run, files.Model, null, _ => rows, cancellation);
        AtomicFile.WriteAllText(files.Page, HtmlReport.Write([run], ReportPlot.Of([run]), pictures, null));
    }
}
