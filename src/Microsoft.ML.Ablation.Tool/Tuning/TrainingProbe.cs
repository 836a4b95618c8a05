using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>Measures how fast a training goes on this machine, by beginning it.</summary>
internal sealed class TrainingProbe : IProgress<TrainingProgress>
{
    // The first steps are slower.
    private const int WarmUpSteps = 4, WantedSteps = 40;

    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _enough;
    private (long Steps, TimeSpan At)? _first, _last;
    private long _steps;

    private TrainingProbe(TimeSpan limit, CancellationTokenSource enough) => (_limit, _enough) = (limit, enough);

    /// <summary>Images trained on per second.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="train">The training images.</param>
    /// <param name="rows">How many there are: of few, several epochs are looked at.</param>
    /// <param name="settings">The training; its number of epochs plays no part.</param>
    /// <param name="limit">How long the probe may take.</param>
    /// <param name="cancellation">Ends it.</param>
    public static double ImagesPerSecond(MLContext ml, IDataView train, long rows, TrainingSettings settings, TimeSpan limit, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probe = new TrainingProbe(limit, enough);
        int epochs = settings.Trainer.Epochs;
        settings.Trainer.Epochs = (int)Math.Clamp(WantedSteps * (long)settings.Trainer.BatchSize / Math.Max(1, rows), 1, WantedSteps);
        settings.Trainer.Progress = probe;
        settings.Trainer.CancellationToken = enough.Token;
        try
        {
            ITransformer fitted = Preparation.Build(ml, settings).Append(Training.BaseClassifier(ml, settings)).Fit(train);
            (fitted as IDisposable)?.Dispose();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The probe has seen enough.
        }
        settings.Trainer.Epochs = epochs;
        return probe.Rate * Math.Min(settings.Trainer.BatchSize, rows);
    }

    /// <summary>Steps per second, without the first ones where there are enough others.</summary>
    private double Rate
    {
        get
        {
            (long steps, TimeSpan at) = _last ?? throw new InvalidDataException("There are no images to train on; give some.");
            (long before, TimeSpan since) = _first is { } first && first.Steps < steps ? first : (0, TimeSpan.Zero);
            return (steps - before) / (at - since).TotalSeconds;
        }
    }

    void IProgress<TrainingProgress>.Report(TrainingProgress value)
    {
        _steps++;
        _last = (_steps, value.Elapsed);
        if (_steps == WarmUpSteps)
            _first = _last;
        if (value.Elapsed >= _limit && _steps > WarmUpSteps)
            _enough.Cancel();
    }
}
