using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options of <c>certify</c> that take the images which training held out in place of the test images.</summary>
internal sealed class HeldOutOptions
{
    private const int UsualSeed = 1;

    private static readonly AblatedImageClassificationTrainer.Options s_defaults = new();

    private readonly Option<bool> _heldOut = new ValueOption<bool>(ValueKind.Flag, "--held-out")
    {
        Summary = "What 'train' held out, in place of test images",
        Description = "Certify what 'train' held out of its images or rows. It serves to choose k and the rule without a look at the test images.",
    };

    private readonly Option<int?> _seed = new ValueOption<int?>(ValueKind.Integer(int.MinValue, int.MaxValue), "--seed") { Description = "With --held-out: the --seed of the training [default: 1]." };

    private readonly Option<double?> _share = new ValueOption<double?>(ValueKind.Number(0, 1, orMost: false), "--validation-share")
    {
        Description = FormattableString.Invariant($"With --held-out: the --validation-share of the training [default: {s_defaults.ValidationFraction}, of a table {Tables.HeldOutRows.UsualShare}]."),
    };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Data, _heldOut, _seed, _share);
    }

    /// <summary>The seed and the share by which rows of a table were held out; null where they are not asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usualShare">The share where none is given.</param>
    /// <exception cref="ArgumentException">An option is given that has no effect.</exception>
    public (int Seed, double Share)? ReadForTable(ParseResult parsed, double usualShare)
    {
        (int? seed, double? share) = (parsed.GetValue(_seed), parsed.GetValue(_share));
        if (parsed.GetValue(_heldOut))
            return (seed ?? UsualSeed, share ?? usualShare);
        return seed is null && share is null ? null : throw HasNoEffect();
    }

    private static ArgumentException HasNoEffect() => new("--seed and --validation-share say which images training held out; give --held-out with them.");

    /// <summary>What the chosen images are called.</summary>
    public string NameOf(ParseResult parsed, ImageData images) => parsed.GetValue(_heldOut) ? $"{images.Name}, held out" : images.Name;

    /// <summary>The test images, or those held out.</summary>
    /// <exception cref="ArgumentException">An option is given that has no effect, or the share is out of its range.</exception>
    public IDataView Choose(ParseResult parsed, ImageData images)
    {
        (int? seed, double? share) = (parsed.GetValue(_seed), parsed.GetValue(_share));
        if (parsed.GetValue(_heldOut))
        {
            return AblatedImageClassificationTrainer.HeldOutRows(images.TakeTrain(null), new AblatedImageClassificationTrainer.Options
            {
                Seed = seed ?? UsualSeed,
                ValidationFraction = share ?? s_defaults.ValidationFraction,
            });
        }
        return seed is null && share is null
            ? images.LoadTest()
            : throw HasNoEffect();
    }
}
