using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>How a run's files are written as JSON.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions s_lines = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly JsonSerializerOptions s_indented = new(s_lines) { WriteIndented = true };

    private const string SumName = "sum";

    /// <summary>For human readers: letters of all scripts, not escaped.</summary>
    public static JsonSerializerOptions Plain { get; } = new(s_lines) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string NameOf(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    public static JsonObject ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, s_lines)!.AsObject();

    public static string ToLine<T>(T value) => JsonSerializer.Serialize(value, s_lines);

    /// <summary>An object on lines of its own, with a checksum of all others as the last property.</summary>
    public static string ToSummedText<T>(T value)
    {
        JsonObject json = JsonNode.Parse(ToLine(value))!.AsObject();
        json.Add(SumName, SumOf(json));
        return json.ToJsonString(s_indented) + "\n";
    }

    /// <summary>What <see cref="ToSummedText"/> wrote, without the checksum; or a text without one, as earlier versions wrote it.</summary>
    /// <exception cref="InvalidDataException">The text is not a JSON object, or its checksum is wrong.</exception>
    public static JsonObject ParseObject(string text, string path)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new JsonException("It is not an object.");
            return !json.Remove(SumName, out JsonNode? sum) || sum is JsonValue stored && stored.TryGetValue(out string? told) && told == SumOf(json)
                ? json
                : throw new InvalidDataException($"'{path}' is damaged: it does not have the checksum that is stored with it. Restore the file from a copy.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not a valid run file: {exception.Message}", exception);
        }
    }

    /// <exception cref="InvalidDataException">The text was not written by <see cref="ToLine"/> or <see cref="ToSummedText"/>.</exception>
    public static T Parse<T>(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, s_lines) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not a valid run file: {exception.Message}", exception);
        }
    }

    /// <summary>The checksum of an object, independent of its layout.</summary>
    private static string SumOf(JsonObject json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())).AsSpan(0, 8));
}
