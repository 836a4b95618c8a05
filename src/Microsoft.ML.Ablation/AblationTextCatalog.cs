using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The components of this library for texts as methods of <c>mlContext.Transforms</c>.</summary>
public static class AblationTextCatalog
{
    /// <summary>
    /// Keeps a random share of the words of each text and drops the others. A <c>SmoothedCertifier</c> over it gives radii in replaced words, by each text's own number of words.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="share">The share of words that is retained, above 0, at most 1: less reaches further, more sees more of the text.</param>
    /// <param name="outputColumnName">The text column that receives the ablated text.</param>
    /// <param name="inputColumnName">The text column to ablate; null: the output column's name.</param>
    /// <param name="minimum">The fewest words that are retained, at least 1; of a shorter text all.</param>
    /// <param name="nullToken">The token in the place of the others; empty: they are dropped.</param>
    /// <param name="seed">Seed of the ablations that views show, such as to a trainer; null: drawn from the <see cref="MLContext"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomWordAblationEstimator RandomWordAblation(this TransformsCatalog catalog, double share, string outputColumnName = "Text", string? inputColumnName = null,
        int minimum = 1, string nullToken = "", int? seed = null)
    {
        return RandomWordAblation(catalog, new RandomWordAblationOptions
        {
            Share = share,
            Minimum = minimum,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            NullToken = nullToken,
            Seed = seed,
        });
    }

    /// <summary>Keeps a random share of the words of each text.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RandomWordAblationEstimator RandomWordAblation(this TransformsCatalog catalog, RandomWordAblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new RandomWordAblationEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }

    /// <summary>
    /// Shows each text through <paramref name="masks"/> disjoint masks of its words. A <c>SmoothedCertifier</c> asks about each of them once, and certifies without chance.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="masks">The number N of masks, from 1 to 65,536: more reach further, fewer see more of the text.</param>
    /// <param name="by">What decides which mask a word belongs to, and with it what certificates cover: replaced words, or inserted, deleted and moved ones.</param>
    /// <param name="outputColumnName">The text column that receives the ablated text.</param>
    /// <param name="inputColumnName">The text column to ablate; null: the output column's name.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WordPartitionAblationEstimator WordPartitionAblation(this TransformsCatalog catalog, int masks, PartitionBy by = PartitionBy.Place,
        string outputColumnName = "Text", string? inputColumnName = null)
    {
        return WordPartitionAblation(catalog, new WordPartitionAblationOptions
        {
            Masks = masks,
            By = by,
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
        });
    }

    /// <summary>Shows each text through disjoint masks of its words.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WordPartitionAblationEstimator WordPartitionAblation(this TransformsCatalog catalog, WordPartitionAblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WordPartitionAblationEstimator(CatalogUtils.GetEnvironment(catalog), options);
    }
}
