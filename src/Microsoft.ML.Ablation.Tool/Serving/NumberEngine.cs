using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Numbers with certified intervals.</summary>
internal sealed class NumberEngine : ServedEngine
{
    private readonly ServedRow _row;
    private readonly DataViewRow _mapped;
    private readonly ValueGetter<float> _score;
    private readonly ValueGetter<VBuffer<float>> _lower, _upper;
    private VBuffer<float> _lowers, _uppers;

    /// <param name="regressor">The smoothed regressor.</param>
    /// <param name="entry">The way through the whole model.</param>
    public NumberEngine(SmoothedRegressorTransformer regressor, ServedEntry entry)
    {
        SmoothedRegressorOptions options = regressor.Options;
        DataViewSchema schema = entry.OutputSchema;
        DataViewSchema.Column score = schema[options.ScoreColumnName], lower = schema[options.CertifiedLowerColumnName], upper = schema[options.CertifiedUpperColumnName];
        _row = new ServedRow(entry.Schema);
        _mapped = entry.Map(_row, [score, lower, upper]);
        (_score, _lower, _upper) = (_mapped.GetGetter<float>(score), _mapped.GetGetter<VBuffer<float>>(lower), _mapped.GetGetter<VBuffer<float>>(upper));
    }

    public override JsonObject Ask(ServedQuestion question, int ablations)
    {
        _row.Take(question.Values);
        float score = 0;
        _score(ref score);
        _lower(ref _lowers);
        _upper(ref _uppers);
        return new JsonObject
        {
            ["score"] = End(score),
            ["certain"] = Certain(),
            ["intervals"] = new JsonArray([.. _lowers.DenseValues().Zip(_uppers.DenseValues()).Select((ends, changed) => Interval(changed, ends.First, ends.Second))]),
        };
    }

    public override JsonObject Explain(ServedQuestion question, CancellationToken cancellation)
        => throw RefusedRequestException.BadRow("The model predicts numbers, and answers that are classes are explained; POST /predict has the intervals of a number.");

    public override void Dispose()
    {
        _mapped.Dispose();
        _row.Dispose();
    }

    /// <summary>What is certain for the largest number of changed attributes for which both ends are known.</summary>
    private string Certain()
    {
        int changed = -1;
        foreach ((float lower, float upper) in _lowers.DenseValues().Zip(_uppers.DenseValues()))
        {
            if (!float.IsFinite(lower) || !float.IsFinite(upper))
                break;
            changed++;
        }
        if (changed < 0)
            return "Nothing is certain: the ablations bound nothing.";
        (float least, float most) = (_lowers.GetItemOrDefault(changed), _uppers.GetItemOrDefault(changed));
        string whatever = changed switch
        {
            0 => "For the row as it is",
            1 => "Whichever attribute is changed, to whatever value",
            _ => FormattableString.Invariant($"Whichever {changed} attributes are changed, to whatever values"),
        };
        return $"{whatever}, this answer stays from {Text(least, MathF.Floor)} to {Text(most, MathF.Ceiling)}.";
    }

    /// <summary>A large end is rounded to the whole number beyond it.</summary>
    private static string Text(float end, Func<float, float> beyond)
        => MathF.Abs(end) < 1_000 ? end.ToString(CultureInfo.InvariantCulture) : beyond(end).ToString("#,0", CultureInfo.InvariantCulture);

    private static JsonNode Interval(int changed, float lower, float upper) => new JsonObject { ["changed"] = changed, ["lower"] = End(lower), ["upper"] = End(upper) };

    /// <summary>JSON has no infinity: an interval without an end has null there.</summary>
    private static JsonValue? End(float value) => float.IsFinite(value) ? JsonValue.Create(value) : null;
}
