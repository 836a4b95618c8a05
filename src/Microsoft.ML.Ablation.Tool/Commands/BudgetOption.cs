using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>How long a training may take.</summary>
internal sealed class BudgetOption
{
    /// <summary>The usual time for image files, where no number of epochs is given.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(3);

    /// <summary>The option.</summary>
    public Option<TimeSpan?> Option { get; } = new ValueOption<TimeSpan?>(ValueKind.Time, "--budget")
    {
        Summary = "How long training may take, nearly, such as 5m",
        Description = "How long training may take, nearly, such as 5m; then images, or rows of a table, that it never saw are certified, and table and report are written "
            + "[default: 3m for image files and tables; of other images --epochs].",
    };

    /// <summary>The time; null where a number of epochs is what counts.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="counted">The option that says how many epochs there are; null for none.</param>
    /// <param name="areFiles">Whether images are files.</param>
    /// <exception cref="ArgumentException">Both are given.</exception>
    public TimeSpan? Read(ParseResult parsed, string? counted, bool areFiles)
    {
        TimeSpan? given = parsed.GetValue(Option);
        if (given is not null && counted is not null)
            throw new ArgumentException($"--budget and {counted} are given, but only one of them can say how long the training is; leave out one of them.");
        return given ?? (areFiles && counted is null ? Usual : null);
    }
}
