namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>What clients and workers agree on for all messages.</summary>
internal static class MessageLimits
{
    /// <summary>The largest message.</summary>
    public const int Bytes = 64 << 20;
}
