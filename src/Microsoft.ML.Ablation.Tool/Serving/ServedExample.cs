using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A row of data to choose from.</summary>
/// <param name="Number">Its number in the data.</param>
/// <param name="Label">What is true of it; null where that is not known.</param>
/// <param name="Row">The row, as a request has it.</param>
internal sealed record ServedExample(int Number, string? Label, JsonObject Row)
{
    public JsonObject ToJson() => new() { ["number"] = Number, ["label"] = Label, ["row"] = Row.DeepClone() };
}
