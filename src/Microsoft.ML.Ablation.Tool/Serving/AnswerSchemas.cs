using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Schemas of answers, as OpenAPI has them.</summary>
internal static class AnswerSchemas
{
    /// <summary>The answer of a classifier.</summary>
    /// <param name="classes">Its classes.</param>
    /// <param name="more">Properties that only some models give.</param>
    public static JsonObject OfClasses(IReadOnlyList<string> classes, JsonObject more)
    {
        JsonObject properties = new()
        {
            ["predictedLabel"] = new JsonObject
            {
                ["enum"] = new JsonArray([.. classes.Select(name => (JsonNode?)JsonValue.Create(name)), null]),
                ["description"] = "The class; null where the votes do not settle one.",
            },
            ["abstained"] = Described("boolean", "Whether the votes do not settle a class."),
            ["certifiedRadius"] = new JsonObject
            {
                ["type"] = new JsonArray("integer", "null"),
                ["description"] = "So much may change without a change of the class; null where nothing is certain.",
            },
            ["certain"] = Described("string", "What is certain, in one sentence."),
            ["votes"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "integer" }, ["description"] = "The votes of each class." },
            ["voteCount"] = Described("integer", "How many ablations voted."),
            ["sampleCount"] = Described("integer", "How often the base classifier was asked."),
        };
        string[] required = [.. properties.Select(property => property.Key)];
        foreach ((string name, JsonNode? schema) in more)
            properties[name] = schema?.DeepClone();
        return Of(properties, required);
    }

    /// <summary>The answer of a regressor.</summary>
    public static JsonObject OfNumbers()
    {
        JsonObject end = new() { ["type"] = new JsonArray("number", "null") };
        JsonObject interval = Of(new JsonObject { ["changed"] = Described("integer", "So many attributes may change."), ["lower"] = end, ["upper"] = end.DeepClone() }, ["changed", "lower", "upper"]);
        return Of(
            new JsonObject
            {
                ["score"] = end.DeepClone(),
                ["certain"] = Described("string", "What is certain, in one sentence."),
                ["intervals"] = new JsonObject { ["type"] = "array", ["items"] = interval, ["description"] = "What the number cannot leave; null for an end that there is not." },
            },
            ["score", "certain", "intervals"]);
    }

    /// <summary>A property of a simple type.</summary>
    public static JsonObject Described(string type, string description) => new() { ["type"] = type, ["description"] = description };

    /// <summary>An object.</summary>
    public static JsonObject Of(JsonObject properties, params string[] required)
        => new() { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. required.Select(name => (JsonNode?)JsonValue.Create(name))]) };
}
