using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Reads and writes each of two kinds as what it is.</summary>
/// <typeparam name="T">What they have in common.</typeparam>
/// <typeparam name="TMarked">The kind that has the property <see cref="IKind.Mark"/>.</typeparam>
/// <typeparam name="TOther">The other one.</typeparam>
internal sealed class KindConverter<T, TMarked, TOther> : JsonConverter<T>
    where T : class, IKind
    where TMarked : T
    where TOther : T
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonObject json = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("It is not an object.");
        return json.ContainsKey(RunJson.NameOf(T.Mark)) ? json.Deserialize<TMarked>(options) : json.Deserialize<TOther>(options);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
