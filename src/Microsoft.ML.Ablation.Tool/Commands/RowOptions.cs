using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say which of the images are used.</summary>
/// <param name="verb">What is done to them, as an imperative.</param>
internal sealed class RowOptions(string verb)
{
    private readonly Option<int?> _rows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Rows), "--rows") { Summary = "At most so many rows", Description = $"{verb} at most this many images, or rows of a table [default: all]." };

    private readonly Option<int> _skip = new ValueOption<int>(ValueKind.Integer(0, OptionLimits.Rows), "--skip") { Description = "Skip this many of them first.", DefaultValueFactory = _ => 0 };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Data, _rows, _skip);
    }

    /// <summary>How many images are skipped: the number of the first one that is used.</summary>
    public int Skipped(ParseResult parsed) => parsed.GetValue(_skip);

    /// <summary>How many rows of a table are skipped, and how many are used at most; null for all others.</summary>
    public (int First, int? Count) Read(ParseResult parsed) => (parsed.GetValue(_skip), parsed.GetValue(_rows));

    /// <summary>The images that are used.</summary>
    public IDataView Choose(ParseResult parsed, MLContext ml, IDataView images)
    {
        if (parsed.GetValue(_skip) is > 0 and int first)
            images = ml.Data.SkipRows(images, first);
        return parsed.GetValue(_rows) is { } count ? ml.Data.TakeRows(images, count) : images;
    }
}
