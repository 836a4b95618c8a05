using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Runs;

/// <summary>How a run's files are written as JSON.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions s_lines = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly JsonSerializerOptions s_indented = new(s_lines) { WriteIndented = true };

    /// <summary>For people: letters of all scripts as they are.</summary>
    public static JsonSerializerOptions Plain { get; } = new(s_lines) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string NameOf(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    public static JsonObject ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, s_lines)!.AsObject();

    public static string ToLine<T>(T value) => JsonSerializer.Serialize(value, s_lines);

    public static string ToText<T>(T value) => JsonSerializer.Serialize(value, s_indented) + "\n";

    /// <exception cref="InvalidDataException">The text is no JSON object.</exception>
    public static JsonObject ParseObject(string json, string path)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new JsonException("It is no object.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not what a run has there: {exception.Message}", exception);
        }
    }

    /// <exception cref="InvalidDataException">The text is not what <see cref="ToLine"/> or <see cref="ToText"/> write.</exception>
    public static T Parse<T>(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, s_lines) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not what a run has there: {exception.Message}", exception);
        }
    }
}
