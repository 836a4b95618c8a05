using System.Text.Json;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What has several kinds in a file, told apart by their properties.</summary>
internal interface IKind
{
    /// <summary>The type of an object.</summary>
    static abstract Type KindOf(JsonElement json);

    /// <summary>Whether an object has a property.</summary>
    protected static bool Has(JsonElement json, string property) => json.TryGetProperty(RunJson.NameOf(property), out _);
}
