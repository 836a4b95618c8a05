using System.Diagnostics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>
/// Trains within a budget of time, certifies images that were held out in several ways, and keeps the best: one network for a range of k, and families of fixed masks.
/// </summary>
/// <param name="ml">The context.</param>
/// <param name="request">What is wanted.</param>
/// <param name="images">The images.</param>
/// <param name="console">Shows progress.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class Tuner(MLContext ml, TuningRequest request, ImageData images, ToolConsole console, CancellationToken cancellation)
{
    private const int LeastRows = 20;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<TuningCandidate> _candidates = [];

    public string ModelPath => Path.Combine(request.Folder, "model.zip");

    /// <exception cref="InvalidDataException">No candidate is accurate enough, or there are too few images.</exception>
    public TuningResult Run()
    {
        if (Directory.Exists(request.Folder) && Directory.EnumerateFileSystemEntries(request.Folder).Any())
            throw new IOException($"The folder '{request.Folder}' is not empty; give --out another one.");
        Directory.CreateDirectory(request.Folder);
        TrainingSettings settings = ImageFileOptions.ApplyDefaults(new TrainingSettings { Seed = request.Seed, TrainRows = request.TrainRows }, images);
        settings.Trainer.Seed = request.Seed;
        var plan = new TuningPlan(ShapeOf(settings));
        settings = settings with { Crop = plan.Crop, Flip = plan.Augments };
        long rows = CertificationRun.CountRows(HeldOutRows(settings));
        if (rows < LeastRows)
            throw new InvalidDataException($"{rows} images are held out of training, but candidates are compared on at least {LeastRows}; give more images.");
        TryNetwork(plan, settings);
        foreach (int masks in plan.Masks)
            TryMasks(masks, TuningPlan.MasksShare / plan.Masks.Count, settings);
        IReadOnlyList<TuningCandidate> candidates = TuningChoice.WithFrontier(_candidates);
        TuningCandidate chosen = TuningChoice.Best(candidates, request.LeastAccuracy) ?? throw new InvalidDataException(FormattableString.Invariant(
            $"--accuracy is {request.LeastAccuracy}, but the most accurate candidate is right on {candidates.Max(candidate => candidate.Accuracy):F3}; give a smaller one, or a larger --budget."));
        SaveChosen(chosen);
        return new TuningResult
        {
            Data = images.Name,
            Rows = (int)chosen.Metrics.RowCount,
            Seconds = Math.Round(_watch.Elapsed.TotalSeconds, 1),
            Candidates = candidates,
            Chosen = chosen,
            Model = ModelPath,
            Commands = [chosen.Training.TrainCommand(request.DataOptions), chosen.CertifyCommand(request.DataOptions)],
        };
    }

    private ImageShape ShapeOf(TrainingSettings settings)
    {
        IDataView train = images.TakeTrain(settings.TrainRows);
        ImageColumn column = ImageColumn.Read(Preparation.Build(ml, settings).Fit(train).Transform(train).Schema["Features"]);
        return new ImageShape(column.Channels, column.Height, column.Width);
    }

    private IDataView HeldOutRows(TrainingSettings settings) => AblatedImageClassificationTrainer.HeldOutRows(images.TakeTrain(settings.TrainRows), settings.Trainer);

    /// <summary>Trains one network for all k and certifies with each of them.</summary>
    private void TryNetwork(TuningPlan plan, TrainingSettings settings)
    {
        settings = settings with
        {
            Ablations = new RandomAblationChoice(plan.TrainedK),
            Trainer = new AblatedImageClassificationTrainer.Options
            {
                Network = request.Network ?? plan.Network,
                RetainedSpread = plan.Spread,
                MixedPrecision = CpuFeatures.SupportsBFloat16,
                Seed = request.Seed,
            },
        };
        TunedTraining training = Train("network.zip", TuningPlan.NetworkShare, TuningPlan.MostEpochs, settings);
        using var model = (IDisposable)ModelFile.Load(ml, training.Model);
        var pipeline = (ITransformer)model;
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(pipeline);
        IDataView heldOut = HeldOutRows(training.Settings);
        int rows = (int)CertificationRun.CountRows(heldOut);
        // Votes and contests are counted in runs of their own, and larger k cost nothing more.
        double rate = VotesPerSecond(pipeline, certifier, heldOut), runs = 2 * plan.Retained.Count;
        (int count, int votes) = TuningPlan.Divide(rate * TuningPlan.CertificationShare * request.Budget.TotalSeconds / runs, rows);
        IDataView chosen = ml.Data.TakeRows(heldOut, count);
        foreach (int k in plan.Retained)
        {
            foreach (CertificationRule rule in new[] { CertificationRule.Gap, CertificationRule.Condorcet })
            {
                SmoothedCertifierTransformer at = certifier.WithRetainedCount(k).WithOptions(certifier.Options with
                {
                    Rule = rule,
                    Plan = SamplingPlan.Fixed(votes / 5, votes - votes / 5),
                });
                string run = Certify(CertifierChain.With(pipeline, at), training, chosen, FormattableString.Invariant($"k{k}-{rule}"));
                // The rules of the paper and of Gap count the same votes.
                foreach (CertificationRule counted in rule == CertificationRule.Gap ? [CertificationRule.Majority, rule] : (CertificationRule[])[rule])
                    Add(training, k, counted, run);
            }
        }
    }

    /// <summary>Trains networks for a family of fixed masks, and certifies with it.</summary>
    private void TryMasks(int count, double share, TrainingSettings settings)
    {
        var masks = new MaskAblationChoice(AblationMasks.LearnedPartition(count, seed: request.Seed), "--masks", count, $"{count} masks");
        var trainer = new AblatedImageClassificationTrainer.Options { Seed = request.Seed };
        masks.SetDefaults(trainer, network: null);
        TunedTraining training = Train(FormattableString.Invariant($"masks{count}.zip"), share, TuningPlan.MostMaskEpochs, settings with { Ablations = masks, Trainer = trainer });
        using var model = (IDisposable)ModelFile.Load(ml, training.Model);
        var pipeline = (ITransformer)model;
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(pipeline);
        foreach (CertificationRule rule in new[] { CertificationRule.Gap, CertificationRule.Condorcet })
        {
            ITransformer ruled = CertifierChain.With(pipeline, certifier.WithOptions(certifier.Options with { Rule = rule }));
            Add(training, null, rule, Certify(ruled, training, HeldOutRows(training.Settings), FormattableString.Invariant($"masks{count}-{rule}")));
        }
    }

    /// <summary>Trains for a share of the budget: as many epochs as it is enough for, or where it is not enough for one, on a part of the images.</summary>
    private TunedTraining Train(string file, double share, int mostEpochs, TrainingSettings settings)
    {
        TimeSpan budget = share * request.Budget;
        var watch = Stopwatch.StartNew();
        IDataView train = images.TakeTrain(settings.TrainRows);
        long rows = CertificationRun.CountRows(train);
        double rate = TrainingProbe.ImagesPerSecond(ml, train, rows, settings, EpochBudget.ProbeShare * budget, cancellation);
        EpochBudget affordable = EpochBudget.Of(rate, budget - watch.Elapsed, rows, mostEpochs);
        settings.Trainer.Epochs = affordable.Epochs;
        if (affordable.Rows < rows)
        {
            settings = settings with { TrainRows = (int)affordable.Rows };
            train = images.TakeTrain(settings.TrainRows);
        }
        console.Say($"{settings.Ablations}: {affordable}");
        string path = Path.Combine(request.Folder, file);
        using TrainedModel trained = Training.Run(ml, train, settings, VoteOptions.Usual(settings), path, console, cancellation);
        return new TunedTraining(settings, path, Math.Round(trained.Time.TotalSeconds, 1));
    }

    private static double VotesPerSecond(ITransformer pipeline, SmoothedCertifierTransformer certifier, IDataView rows)
    {
        const int selection = 100, estimation = 400;
        SmoothedCertifierTransformer few = certifier.WithOptions(certifier.Options with { Plan = SamplingPlan.Fixed(selection, estimation) });
        using var cursor = new CertifiedCursor(few, CertifierChain.InputOf(few, pipeline, rows), []);
        // The first votes are slower.
        for (int row = 0; row < 3 && cursor.MoveNext(); row++)
            _ = cursor.Result;
        var watch = Stopwatch.StartNew();
        int counted = 0;
        for (; counted < 5 && cursor.MoveNext(); counted++)
            _ = cursor.Result;
        return counted * (selection + estimation) / watch.Elapsed.TotalSeconds;
    }

    private string Certify(ITransformer model, TunedTraining training, IDataView rows, string name)
    {
        string folder = Path.Combine(request.Folder, "runs", name);
        new CertificationRun(model, rows, $"{images.Name}, held out") { RunDirectory = folder, ModelHash = FileHash.Of(training.Model) }.Run(console, cancellation);
        return folder;
    }

    private void Add(TunedTraining training, int? k, CertificationRule rule, string run)
        => _candidates.Add(new TuningCandidate(training, k, rule, EvaluatedRun.Load(run, new RunClaims { Rule = rule }).Metrics, run));

    /// <summary>The chosen candidate's model, which certifies like it.</summary>
    private void SaveChosen(TuningCandidate chosen)
    {
        ITransformer model = ModelFile.Load(ml, chosen.Training.Model, out DataViewSchema? schema);
        using var owned = (IDisposable)model;
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(model);
        certifier = chosen.RetainedPixels is { } k
            ? certifier.WithRetainedCount(k).WithOptions(certifier.Options with { Rule = chosen.Rule, Plan = SamplingPlan.Adaptive() })
            : certifier.WithOptions(certifier.Options with { Rule = chosen.Rule });
        ModelFile.Save(ml, CertifierChain.With(model, certifier), schema, ModelPath);
    }
}
