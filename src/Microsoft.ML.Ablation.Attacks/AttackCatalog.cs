using System.Diagnostics;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Attacks as methods of <see cref="MLContext"/>'s catalogs.</summary>
public static class AttackCatalog
{
    /// <summary>
    /// Attacks rows one after the other, while the result is read: searches for inputs that differ in few pixels (L0), or in a small patch, and that a
    /// classifier does not assign to the true class. An abstention counts as success.
    /// </summary>
    /// <param name="catalog">The multiclass classification catalog.</param>
    /// <param name="model">
    /// Any model with a key column <c>PredictedLabel</c>. A model that is smoothed by random ablations is asked about few of them at a
    /// time, and successes are verified with fresh votes; fixed masks are all asked.
    /// </param>
    /// <param name="data">
    /// Rows with the features and all other columns that the model needs. If the model computes the features itself, for example
    /// from paths of image files, the computed values are attacked.
    /// </param>
    /// <param name="attack">The attack.</param>
    /// <param name="options">Columns, values, votes and the seed; null for the defaults.</param>
    /// <param name="cancellation">Ends the attack between two queries; so does a context that is cancelled.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range; while the result is read: a column is missing or has another type, or a row has no label.
    /// </exception>
    public static IEnumerable<AttackResult> Attack(this MulticlassClassificationCatalog catalog, ITransformer model, IDataView data, Attack attack,
        AttackOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(attack);
        options ??= new AttackOptions();
        options.Validate();
        IHost host = CatalogUtils.GetEnvironment(catalog).Register("Attack");
        return Run(host, model, data, attack, options, cancellation);
    }

    /// <summary>Assigns a row to the class of its nearest training row: a baseline for attacks.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="labelColumnName">The label: a key column.</param>
    /// <param name="featureColumnName">The features: a vector of Single of known size.</param>
    public static NearestNeighborTrainer NearestNeighbor(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = DefaultColumnNames.Label, string featureColumnName = DefaultColumnNames.Features)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NearestNeighborTrainer(CatalogUtils.GetEnvironment(catalog), labelColumnName, featureColumnName);
    }

    /// <summary>Summarizes the results of an attack.</summary>
    /// <param name="catalog">The multiclass classification catalog.</param>
    /// <param name="results">One per row, at least one.</param>
    /// <exception cref="ArgumentException">There are no results, or they are of attacks in several units.</exception>
    public static AttackMetrics EvaluateAttacks(this MulticlassClassificationCatalog catalog, IEnumerable<AttackResult> results)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return AttackMetrics.From(results);
    }

    private static IEnumerable<AttackResult> Run(IHost host, ITransformer model, IDataView data, Attack attack, AttackOptions options,
        CancellationToken cancellation)
    {
        // Opened here, so that the result can be read twice, and nothing stays open if it is never read.
        AttackInput input = AttackInput.Of(model, data, options.FeatureColumnName);
        using var target = new AttackTarget(host, input.Model, input.Rows, options);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            long began = Stopwatch.GetTimestamp();
            AttackCost before = target.Cost;
            if (!target.MoveNext())
                yield break;
            bool isRight = target.Answer == target.Label;
            // Each row has its own randomness, so that results do not depend on earlier rows.
            var random = new Random((int)AblationKey.Compute((ulong)options.Seed, target.Original).Key0);
            Adversarial? found = isRight ? attack.Search(target, options, random, cancellation) : null;
            yield return new AttackResult
            {
                Row = target.Position,
                Label = target.Classes[target.Label],
                Answer = Name(target.Answer),
                CertifiedRadius = target.CertifiedRadius,
                Distance = isRight ? found?.Distance : 0,
                IsVerified = found?.IsVerified ?? true,
                AdversarialAnswer = found is null ? null : Name(found.Answer),
                CertifiedTopCount = target.CertifiedTopCount,
                ClassesAhead = found?.ClassesAhead,
                Patch = attack.PatchOn(target),
                CertifiedPatch = target.CertifiedPatch,
                IsCertain = target.IsCertain,
                Original = target.Original,
                Adversarial = found?.Features,
                Cost = target.Cost - before,
                Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
            };
        }

        string? Name(int answer) => answer == AttackTarget.Abstained ? null : target.Classes[answer];
    }
}
