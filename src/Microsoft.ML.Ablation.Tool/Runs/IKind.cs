namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What has two kinds in a file, which one property tells apart.</summary>
internal interface IKind
{
    /// <summary>The property that one of the two kinds alone has.</summary>
    static abstract string Mark { get; }
}
