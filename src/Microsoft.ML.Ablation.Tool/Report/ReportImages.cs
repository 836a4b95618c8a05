using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Attacking;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>Draws the images of a page from data and model.</summary>
/// <param name="ml">The context.</param>
internal sealed class ReportImages(MLContext ml)
{
    /// <summary>The rows of a run with the smallest and the largest radii, with answers to some of their ablations.</summary>
    /// <param name="run">The run.</param>
    /// <param name="modelPath">The file of its model.</param>
    /// <param name="secretSeed">Its seed; null for the model's.</param>
    /// <param name="rowsOf">The data from its beginning, by how the training of the model divided it.</param>
    /// <param name="cancellation">Ends it after the current row.</param>
    /// <exception cref="InvalidDataException">Model, seed or data are not those of the run.</exception>
    /// <exception cref="ArgumentException">There is a seed, but the run has none.</exception>
    public RowPictures DrawRows(EvaluatedRun run, string modelPath, ReadOnlyMemory<byte>? secretSeed, Func<RowDivision?, IDataView> rowsOf, CancellationToken cancellation)
    {
        var subject = new RunSubject(run.Folder, run.Manifest);
        (ITransformer loaded, SmoothedCertifierTransformer certifier) = subject.LoadModel(ml, modelPath, out RowDivision? division);
        using var owned = loaded as IDisposable;
        if (secretSeed is not null)
        {
            if (run.Manifest is MaskManifest)
                throw new ArgumentException($"--secret-seed is given, but '{run.Folder}' has fixed masks, which need no seed; leave it out.");
            certifier = certifier.WithOptions(certifier.Options with { Seed = null, SecretSeed = secretSeed });
        }
        if (run.Manifest is SampledManifest sampled && certifier.Seed.ToString() != sampled.Seed)
        {
            throw new InvalidDataException($"'{run.Folder}' was certified with another seed ('{sampled.Seed}') than '{modelPath}' has; give the run's "
                + "with --secret-seed.");
        }
        (IReadOnlyList<LabelledResult> smallest, IReadOnlyList<LabelledResult> largest) = HtmlReport.Extremes(run);
        return RowPictures.Draw(CertifierChain.With(loaded, certifier), subject.RowsOf(ml, rowsOf(division)), run, smallest.Concat(largest).Select(row => row.Row), cancellation);
    }

    /// <summary>What an attack broke.</summary>
    /// <param name="attacked">The attack.</param>
    /// <param name="modelPath">The file of the attacked model; null where it is not given. Needed for image files.</param>
    /// <param name="rows">The data from its beginning.</param>
    /// <exception cref="InvalidDataException">The data is not that of the attack, or its images are files and the model is not given.</exception>
    public AttackSection DrawAttack(AttackedRun attacked, string? modelPath, IDataView rows)
    {
        string features = attacked.Manifest.Options.FeatureColumnName;
        if (rows.Schema.GetColumnOrNull(features) is not null)
            return AttackSection.Of(attacked, rows);
        // Pixels are what the model makes of image files.
        if (modelPath is null || FileHash.Of(modelPath) != attacked.Manifest.Model)
            throw new InvalidDataException($"'{attacked.Folder}' attacked image files, from which its model makes pixels; give that model with --model.");
        ITransformer model = ModelFile.Load(ml, modelPath);
        using var owned = model as IDisposable;
        return AttackSection.Of(attacked, AttackInput.Of(model, rows, features).Rows);
    }
}
