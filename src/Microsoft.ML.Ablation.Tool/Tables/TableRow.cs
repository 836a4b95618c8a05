namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>One row of a table.</summary>
/// <param name="Number">Its number in the file, from 0.</param>
/// <param name="Line">The line of the file that it begins in, from 1.</param>
/// <param name="Cells">Its cells.</param>
internal sealed record TableRow(int Number, int Line, string[] Cells);
