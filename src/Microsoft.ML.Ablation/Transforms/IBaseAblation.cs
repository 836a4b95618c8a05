namespace Microsoft.ML.Ablation;

/// <summary>An ablation that a base model can begin with, of numbers or of words.</summary>
internal interface IBaseAblation : ITransformer
{
    /// <summary>The column that is ablated.</summary>
    string InputColumnName { get; }

    /// <summary>The column that receives what is left.</summary>
    string OutputColumnName { get; }

    /// <summary>The same ablation without the seed of its views.</summary>
    IBaseAblation WithoutSeed();
}
