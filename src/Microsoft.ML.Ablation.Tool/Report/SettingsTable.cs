using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>What runs were made with, in words: a line for each setting, a column for each run.</summary>
internal static class SettingsTable
{
    private const int MostListed = 12, LongestHash = 16;

    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["format"] = "version of the run folder",
        ["model"] = "model file, SHA-256",
        ["firstRow"] = "first row",
        ["positions"] = "d, positions of a row",
        ["retainedPixels"] = "k, retained positions",
        ["retainedAttributes"] = "k, retained attributes",
        ["table label"] = "label",
        ["table attributes"] = "attributes",
        ["exactCount"] = "ablations asked once each",
        ["ballot"] = "counted",
        ["alpha"] = "α, chance of an error of a row",
        ["lowerBoundShare"] = "share of α for the lower bound",
        ["topCount"] = "classes that count as the answer",
        ["largestRadius"] = "largest ρ",
        ["areAll"] = "all ablations are asked",
        ["plan selectionCount"] = "votes that select the class",
        ["plan firstLook"] = "votes at the first look",
        ["plan estimationCount"] = "votes that certify, at most",
        ["plan radiusTolerance"] = "radius that may be given up",
        ["plan targetRadius"] = "only radius of interest",
        ["masks description"] = "masks",
        ["masks certifiesPatches"] = "against patches",
        ["masks hasScores"] = "answers tell contests",
        ["machine library"] = "version of this library",
        ["machine mlNet"] = "version of ML.NET",
    };

    /// <summary>The lines.</summary>
    /// <param name="manifests">The manifests of the runs.</param>
    public static IEnumerable<string[]> Of(IReadOnlyList<JsonObject> manifests)
    {
        List<(string Path, string Value)>[] columns = [.. manifests.Select(manifest => Flatten("", manifest).ToList())];
        return from path in columns.SelectMany(column => column.Select(setting => setting.Path)).Distinct()
               select (string[])[NameOf(path), .. columns.Select(column => column.Find(setting => setting.Path == path).Value ?? "–")];
    }

    private static IEnumerable<(string Path, string Value)> Flatten(string before, JsonObject json)
    {
        foreach ((string name, JsonNode? value) in json)
        {
            string path = before + name;
            if (value is JsonObject inner)
            {
                foreach ((string, string) setting in Flatten($"{path} ", inner))
                    yield return setting;
            }
            else
            {
                yield return (path, Text(value));
            }
        }
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "none",
        JsonArray { Count: > MostListed } many => FormattableString.Invariant($"{string.Join(", ", many.Take(MostListed).Select(Text))} and {many.Count - MostListed} more"),
        JsonArray list => string.Join(", ", list.Select(Text)),
        _ => value.GetValueKind() switch
        {
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.String => value.GetValue<string>() is { Length: 64 } hash && hash.All(char.IsAsciiHexDigit) ? $"{hash.AsSpan(0, LongestHash)}…" : value.GetValue<string>(),
            _ => value.ToJsonString(),
        },
    };

    /// <summary>The name of a setting: its own, or the words that the property's name is made of.</summary>
    private static string NameOf(string path)
    {
        if (s_names.TryGetValue(path, out string? name))
            return name;
        var words = new StringBuilder();
        foreach (char letter in path)
        {
            if (char.IsUpper(letter))
                words.Append(' ');
            words.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }
        return words.ToString();
    }
}
