using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The option that says for how many changed attributes a regression has intervals.</summary>
internal sealed class LargestRadiusOption
{
    private const int Most = 100;

    private readonly Option<int?> _radius = new ValueOption<int?>(ValueKind.Integer(0, Most), "--largest-radius")
    {
        Description = "Of a regression: R; each row has a certified interval for 0, 1, …, R changed attributes [default: 3, or the model's].",
    };

    /// <summary>The option.</summary>
    public Option Option => _radius;

    /// <summary>R; null where it is not given.</summary>
    public int? Value(ParseResult parsed) => parsed.GetValue(_radius);

    /// <summary>The options of a regressor, with R as it is given.</summary>
    public SmoothedRegressorOptions Apply(ParseResult parsed, SmoothedRegressorOptions options) => options with { LargestRadius = parsed.GetValue(_radius) ?? options.LargestRadius };

    /// <summary>The options of a classifier, which has no R.</summary>
    /// <exception cref="ArgumentException">R is given.</exception>
    public SmoothedCertifierOptions Refuse(ParseResult parsed, SmoothedCertifierOptions options) => parsed.GetValue(_radius) is null
        ? options
        : throw new ArgumentException("--largest-radius is for regressions, but classes are predicted, each with its own radius; leave it out.");
}
