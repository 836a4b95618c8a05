using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>The description of the service in OpenAPI 3.1, with the true shape of what the model takes.</summary>
internal static class OpenApiDocument
{
    private static readonly (string Status, string What)[] s_problems =
    [
        ("400", "The body is no JSON, has another shape than the model takes, or a value is out of its range."),
        ("408", "The body did not come in time."),
        ("413", "The body is too large."),
        ("415", "The body is not application/json."),
        ("503", "The service is busy; Retry-After says when to try again."),
    ];

    /// <summary>The document for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">The limits.</param>
    public static JsonObject Of(ServedModel model, ServeSettings settings)
    {
        JsonObject rows = AnswerSchemas.Of(new JsonObject { ["rows"] = List(Reference("Row"), settings.MostRows) }, "rows");
        JsonObject answers = AnswerSchemas.Of(new JsonObject { ["answers"] = List(Reference("Answer"), settings.MostRows) }, "answers");
        JsonObject predict = new()
        {
            ["operationId"] = "predict",
            ["summary"] = "Certifies a row, or rows.",
            ["parameters"] = new JsonArray(Parameter("ablations", "How many ablations of a row an answer shows.", least: 0, settings.MostAblations, usual: 0)),
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(Either(Reference("Row"), rows)) },
            ["responses"] = Responses(Either(Reference("Answer"), answers), "The certified answers.", s_problems),
        };
        JsonObject explain = new()
        {
            ["operationId"] = "explain",
            ["summary"] = "Explains the answer for a row, of models that predict classes.",
            ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(Reference("Row")) },
            ["responses"] = Responses(Explanation(), "The explanation.", s_problems),
        };
        JsonObject examples = new()
        {
            ["operationId"] = "examples",
            ["summary"] = "Rows of data to choose from.",
            ["parameters"] = new JsonArray(Parameter("first", "The number of the first.", 0, most: null, 0), Parameter("count", "How many.", 1, most: 60, 12)),
            ["responses"] = Responses(List(AnswerSchemas.Of(new JsonObject
            {
                ["number"] = new JsonObject { ["type"] = "integer" },
                ["label"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                ["row"] = Reference("Row"),
            }, "number", "label", "row"), most: null), "The rows.", ("400", "A number is out of its range.")),
        };
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = $"Certified answers of {settings.ModelName}", ["version"] = "1" },
            ["paths"] = new JsonObject
            {
                ["/predict"] = new JsonObject { ["post"] = predict },
                ["/explain"] = new JsonObject { ["post"] = explain },
                ["/examples"] = new JsonObject { ["get"] = examples },
                ["/model"] = Get("model", "What the model is."),
                ["/health"] = Get("health", "Whether the service is ready, how many requests are certified and how many wait."),
            },
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject { ["Row"] = model.RowSchema(), ["Answer"] = model.AnswerSchema(), ["Problem"] = Problem() },
            },
        };
    }

    private static JsonObject Get(string name, string summary) => new()
    {
        ["get"] = new JsonObject { ["operationId"] = name, ["summary"] = summary, ["responses"] = Responses(new JsonObject { ["type"] = "object" }, summary) },
    };

    private static JsonObject Explanation() => AnswerSchemas.Of(new JsonObject
    {
        ["text"] = AnswerSchemas.Described("string", "The explanation in lines of plain words."),
        ["explained"] = AnswerSchemas.Described("string", "The class that it is about."),
        ["competitor"] = AnswerSchemas.Described("string", "The class that comes closest."),
        ["positions"] = List(AnswerSchemas.Of(new JsonObject
        {
            ["position"] = new JsonObject { ["type"] = "integer" },
            ["name"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
            ["importance"] = AnswerSchemas.Described("number", "How much seeing the position adds to the lead of the class over its competitor."),
            ["standardError"] = new JsonObject { ["type"] = new JsonArray("number", "null") },
        }, "position", "name", "importance", "standardError"), most: null),
    }, "text", "explained", "competitor", "positions");

    /// <summary>The schema of RFC 9457.</summary>
    private static JsonObject Problem() => AnswerSchemas.Of(new JsonObject
    {
        ["type"] = new JsonObject { ["type"] = "string" },
        ["title"] = new JsonObject { ["type"] = "string" },
        ["status"] = new JsonObject { ["type"] = "integer" },
        ["detail"] = AnswerSchemas.Described("string", "What was given, what is allowed, and what to do."),
    }, "status");

    private static JsonObject Responses(JsonObject schema, string description, params (string Status, string Description)[] problems)
    {
        JsonObject responses = new() { ["200"] = new JsonObject { ["description"] = description, ["content"] = Json(schema) } };
        foreach ((string status, string what) in problems)
        {
            responses[status] = new JsonObject
            {
                ["description"] = what,
                ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Reference("Problem") } },
            };
        }
        return responses;
    }

    private static JsonObject Parameter(string name, string description, int least, int? most, int usual)
    {
        JsonObject schema = new() { ["type"] = "integer", ["minimum"] = least, ["default"] = usual };
        if (most is { } limit)
            schema["maximum"] = limit;
        return new JsonObject { ["name"] = name, ["in"] = "query", ["description"] = description, ["schema"] = schema };
    }

    private static JsonObject List(JsonObject items, int? most)
    {
        JsonObject list = new() { ["type"] = "array", ["items"] = items };
        if (most is { } limit)
            (list["minItems"], list["maxItems"]) = (1, limit);
        return list;
    }

    private static JsonObject Either(params JsonObject[] schemas) => new() { ["oneOf"] = new JsonArray([.. schemas]) };

    private static JsonObject Json(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };
}
