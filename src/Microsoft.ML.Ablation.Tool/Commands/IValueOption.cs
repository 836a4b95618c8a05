namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>An option that knows what it takes.</summary>
internal interface IValueOption
{
    /// <summary>What the option takes.</summary>
    ValueKind Kind { get; }
}
