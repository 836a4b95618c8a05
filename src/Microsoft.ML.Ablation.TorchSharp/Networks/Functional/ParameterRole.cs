namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>What a parameter is for, which says how it begins.</summary>
internal enum ParameterRole
{
    /// <summary>A weight or bias of a convolution or a fully connected layer.</summary>
    Weight,

    /// <summary>γ of a batch normalisation, at first 1.</summary>
    Scale,

    /// <summary>β of a batch normalisation, at first 0.</summary>
    Shift,

    /// <summary>The running mean of a batch normalisation, at first 0.</summary>
    RunningMean,

    /// <summary>The running variance of a batch normalisation, at first 1.</summary>
    RunningVariance,
}
