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
    /// NULL is the training mean of the channel, of groups of each slot, learnt in <c>Fit</c> (the paper's section on encodings). Channels stay as
    /// they are; a pixel that happens to have the mean value looks like NULL.
    /// </summary>
    Mean = 1,

    /// <summary>
    /// NULL is <see cref="float.NaN"/>, which LightGBM treats as a missing value. For tables. A value that is missing in the data looks like NULL too: that
    /// harms no certificate, but the learner cannot tell the two.
    /// </summary>
    Missing = 2,

    /// <summary>
    /// Every position gets one more value, 1 where it is retained: a retained <c>s</c> is shown as <c>(s, 1)</c> and NULL is all zeros. For tables and learners
    /// that do not take NaN, such as SDCA and FastTree. The values behind those of the row are the positions', in their order. A value that is missing in the
    /// data (NaN) stays so, and looks like no NULL; whether the learner takes it is for the learner.
    /// </summary>
    Presence = 3,
}
