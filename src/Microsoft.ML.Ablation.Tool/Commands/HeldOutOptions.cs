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

    private readonly Option<int?> _seed = new ValueOption<int?>(ValueKind.Integer(int.MinValue, int.MaxValue), "--seed") { Description = "With --held-out: the --seed of the training [default: as the model file says, else 1]." };

    private readonly Option<double?> _share = new ValueOption<double?>(ValueKind.Number(0, 1, orMost: false), "--validation-share")
    {
        Description = FormattableString.Invariant($"With --held-out: the --validation-share of the training [default: as the model file says, else {s_defaults.ValidationFraction}, of a table {Tables.HeldOutRows.UsualShare}]."),
    };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Data, _heldOut, _seed, _share);
    }

    /// <summary>Whether rows that training held out are asked for.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_heldOut);

    /// <summary>How training divided its rows; null where those held out are not asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="trained">What the file of the model says of it; null where it says nothing.</param>
    /// <param name="usualShare">The share where neither the file nor an option says one.</param>
    /// <exception cref="ArgumentException">An option is given that has no effect, or that is not as the training was; or nothing was held out.</exception>
    public RowDivision? Read(ParseResult parsed, RowDivision? trained, double usualShare)
    {
        (int? seed, double? share) = (parsed.GetValue(_seed), parsed.GetValue(_share));
        if (!IsGiven(parsed))
            return seed is null && share is null ? null : throw new ArgumentException("--seed and --validation-share say what training held out; give --held-out with them.");
        if (trained is null)
            return new RowDivision(seed ?? UsualSeed, share ?? usualShare);
        if (trained.Share == 0)
            throw new ArgumentException("--held-out: the training of this model held out nothing; give data that it never saw, or train with a --validation-share above 0.");
        if ((seed ?? trained.Seed) != trained.Seed || (share ?? trained.Share) != trained.Share)
        {
            throw new ArgumentException(FormattableString.Invariant($"--held-out: the training of this model held out with --seed {trained.Seed} and --validation-share {trained.Share}; ")
                + "other values name rows that it was trained on. Leave both out.");
        }
        return trained;
    }

    /// <summary>What the chosen images are called.</summary>
    public string NameOf(ParseResult parsed, ImageData images) => IsGiven(parsed) ? $"{images.Name}, held out" : images.Name;

    /// <summary>The test images, or those held out.</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="parsed">The command line.</param>
    /// <param name="images">The images.</param>
    /// <param name="trained">What the file of the model says of its training; null where it says nothing.</param>
    public IDataView Choose(ParseResult parsed, ImageData images, RowDivision? trained)
        => Read(parsed, trained, s_defaults.ValidationFraction) is var (seed, share)
            ? AblatedImageClassificationTrainer.HeldOutRows(images.TakeTrain(null), new AblatedImageClassificationTrainer.Options { Seed = seed, ValidationFraction = share })
            : images.LoadTest();
}
