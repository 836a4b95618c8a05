namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>Rows that a model is asked about.</summary>
/// <param name="Chain">The model; the caller disposes it.</param>
/// <param name="Rows">What it takes.</param>
/// <param name="Names">What the user calls each row.</param>
/// <param name="Against">What is certified against, such as changed pixels.</param>
/// <param name="Change">What nobody can do within a radius, to follow "no".</param>
/// <param name="Label">What is predicted, where the model's file names it; else null.</param>
internal sealed record AskedRows(ITransformer Chain, IDataView Rows, IReadOnlyList<string> Names, string Against, Func<int, string> Change, string? Label);
