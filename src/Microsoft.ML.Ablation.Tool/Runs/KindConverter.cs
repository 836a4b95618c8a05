using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Reads and writes each of several kinds as what it is.</summary>
/// <typeparam name="T">What they have in common.</typeparam>
internal sealed class KindConverter<T> : JsonConverter<T>
    where T : class, IKind
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        return json.ValueKind == JsonValueKind.Object
            ? (T?)json.Deserialize(T.KindOf(json), options)
            : throw new JsonException("It is not an object.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
