namespace Microsoft.ML.Ablation;

/// <summary>What decides which mask a word belongs to.</summary>
public enum PartitionBy
{
    /// <summary>
    /// Its place in the text: the word of place i belongs to mask i mod N. A certified radius ρ covers every replacement of up to ρ words by others; insertions and deletions move
    /// places, and are not covered.
    /// </summary>
    Place,

    /// <summary>
    /// The word itself, by a hash: a mask shows its words in their order, and nothing of the others. A certified radius ρ covers up to ρ insertions, deletions and moves of a word in
    /// any mixture; a replacement counts as two.
    /// </summary>
    Word,
}
