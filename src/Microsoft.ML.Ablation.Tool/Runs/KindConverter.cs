using System.Text.Json;
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
        var json = JsonElement.ParseValue(ref reader);
        return json.ValueKind != JsonValueKind.Object
            ? throw new JsonException("It is not an object.")
            : json.TryGetProperty(RunJson.NameOf(T.Mark), out _) ? json.Deserialize<TMarked>(options) : json.Deserialize<TOther>(options);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
