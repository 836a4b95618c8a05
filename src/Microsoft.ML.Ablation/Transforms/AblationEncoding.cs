namespace Microsoft.ML.Ablation;

/// <summary>How an ablated position is shown to the base classifier.</summary>
public enum AblationEncoding
{
    /// <summary>
    /// The paper's multichannel encoding: each channel value <c>s</c> becomes the pair <c>(s, 1 − s)</c>, and NULL is all
    /// zeros, which no real value gives. Channels double, in the order R, G, B, 1−R, 1−G, 1−B.
    /// </summary>
    Complement = 0,

    /// <summary>
    /// NULL is the training mean of the channel, learnt in <c>Fit</c> (the paper's section on encodings). Channels stay as
    /// they are; a pixel that happens to have the mean value looks like NULL.
    /// </summary>
    Mean = 1,

    /// <summary>
    /// NULL is <see cref="float.NaN"/>, which tree learners such as LightGBM treat as a missing value. For tables.
    /// </summary>
    Missing = 2,
}
