using System.CommandLine;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say which ablations there are: k random pixels, or a family of fixed masks.</summary>
internal sealed class AblationOptionSet
{
    private readonly Option<int> _k = new ValueOption<int>(ValueKind.Integer(1, OptionLimits.Positions), "--k", "-k")
    {
        Summary = "Pixels, or attributes of a table, that an ablation retains",
        Description = "Retained pixels, of a table attributes, of random ablations, from 1 to their number [default: 45; of image files, and of demo, --masks 65; of image files with another --network a 22nd of the pixels].",
        DefaultValueFactory = _ => RandomAblationChoice.UsualK,
    };

    private readonly Option<int?> _masks = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Positions), "--masks")
    {
        Summary = "Instead: so many fixed masks, against changed pixels or attributes",
        Description = "Instead of --k: so many fixed masks that divide the pixels or attributes among them. They are against changed pixels, such as 65; chosen on the training images. Of a table, masks that divide the attributes [default there: about the root of their number, for classes twice that, from 3 to 15], or the words of a text [default there: 9].",
    };

    private readonly Option<int?> _bands = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.ImageSide), "--bands")
    {
        Summary = "Instead: bands of so many columns, against patches",
        Description = "Instead of --k, against patches: fixed masks of so many columns. One begins at each column, and at each row.",
    };

    private readonly Option<BandDirection> _direction = new ValueOption<BandDirection>(ValueKind.Name<BandDirection>(), "--band-direction")
    {
        Description = "With --bands: what bands are made of.",
        DefaultValueFactory = _ => BandDirection.Both,
    };

    private readonly Option<int?> _blocks = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.ImageSide), "--blocks")
    {
        Summary = "Instead: blocks of so many rows and columns, against patches",
        Description = "Instead of --k, against patches: fixed masks of so many rows and columns. One begins at each pixel.",
    };

    private Option[] All => [_k, _masks, _bands, _blocks];

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Ablation, [.. All, _direction]);
    }

    /// <summary>The ablations; without an option the usual ones.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">Which pixel goes to which of <c>--masks</c>.</param>
    /// <param name="usual">The usual ones; null for the usual k.</param>
    /// <exception cref="ArgumentException">Two of the options are given.</exception>
    public AblationChoice Read(ParseResult parsed, int seed, AblationChoice? usual = null)
        => ReadMasks(parsed, seed) is { } masks ? masks : parsed.GetResult(_k) is { Implicit: false } ? new RandomAblationChoice(K(parsed)) : usual ?? new RandomAblationChoice(K(parsed));

    /// <summary>k, where no masks are given.</summary>
    public int K(ParseResult parsed) => parsed.GetValue(_k);

    /// <summary>The fixed masks; null where none are given.</summary>
    /// <inheritdoc cref="Read"/>
    public MaskAblationChoice? ReadMasks(ParseResult parsed, int seed)
    {
        string[] given = [.. All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        if (given.Length > 1)
            throw new ArgumentException($"{string.Join(" and ", given)} are given, but a model has one kind of ablations; give one of --k, --masks, --bands and --blocks.");
        if (parsed.GetResult(_direction) is { Implicit: false } && parsed.GetValue(_bands) is null)
            throw new ArgumentException("--band-direction is given, but not --bands; give both, or leave it out.");
        return (parsed.GetValue(_masks), parsed.GetValue(_bands), parsed.GetValue(_blocks)) switch
        {
            ({ } count, _, _) => new MaskAblationChoice(AblationMasks.LearnedPartition(count, seed: seed), _masks.Name, count, $"{count} masks"),
            (_, { } width, _) => OfBands(width, parsed.GetValue(_direction)),
            (_, _, { } side) => new MaskAblationChoice(AblationMasks.Blocks(side), _blocks.Name, side, $"blocks of {side} × {side} pixels"),
            _ => null,
        };
    }

    /// <summary>k or the number of masks for a table, which has neither bands nor blocks; null for what is not given.</summary>
    /// <exception cref="ArgumentException">Both are given.</exception>
    public (int? K, int? Masks) ReadForTable(ParseResult parsed)
    {
        _ = ReadMasks(parsed, seed: 0);
        return (parsed.GetResult(_k) is { Implicit: false } ? parsed.GetValue(_k) : null, parsed.GetValue(_masks));
    }

    private MaskAblationChoice OfBands(int width, BandDirection direction)
    {
        string of = direction switch
        {
            BandDirection.Columns => width == 1 ? "column" : "columns",
            BandDirection.Rows => width == 1 ? "row" : "rows",
            _ => width == 1 ? "column or row" : "columns or rows",
        };
        return new MaskAblationChoice(AblationMasks.Bands(width, direction), _bands.Name, width, $"bands of {width} {of}");
    }
}
