namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The role of a parameter, which determines its initial values.</summary>
internal enum ParameterRole
{
    /// <summary>A weight or bias of a convolution or a fully connected layer.</summary>
    Weight,

    /// <summary>γ of a batch normalisation, initially 1.</summary>
    Scale,

    /// <summary>β of a batch normalisation, initially 0.</summary>
    Shift,

    /// <summary>The running mean of a batch normalisation, initially 0.</summary>
    RunningMean,

    /// <summary>The running variance of a batch normalisation, initially 1.</summary>
    RunningVariance,

    /// <summary>What a network was made for, such as the positions of masks: whole numbers, given and never trained.</summary>
    Fixed,
}
