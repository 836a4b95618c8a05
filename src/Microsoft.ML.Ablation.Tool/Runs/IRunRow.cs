namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>One finished row of a run.</summary>
internal interface IRunRow
{
    /// <summary>Its number in the data, from 0.</summary>
    long Row { get; }
}
