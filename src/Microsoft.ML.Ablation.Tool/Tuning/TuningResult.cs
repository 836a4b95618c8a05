using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>What <c>ablation tune</c> found, as <c>--json</c> prints it.</summary>
internal sealed record TuningResult
{
    public required string Data { get; init; }

    /// <summary>Images held out of training, on which candidates were certified.</summary>
    public required int Rows { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<TuningCandidate> Candidates { get; init; }

    /// <summary>The chosen one.</summary>
    public required TuningCandidate Chosen { get; init; }

    /// <summary>Its model, which certifies so without further options.</summary>
    public required string Model { get; init; }

    /// <summary>The commands that give the chosen one.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    public void Print(IAnsiConsole console)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Simple };
        table.AddColumn($"{Rows} images held out");
        foreach (string title in (string[])["Rule", "Accuracy", "Abstained", "Median radius", "Mean radius", ""])
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (TuningCandidate candidate in Candidates.OrderByDescending(candidate => candidate.Accuracy))
        {
            string mark = candidate == Chosen ? "chosen" : candidate.IsOnFrontier ? "frontier" : "";
            table.AddRow(candidate.Ablations, $"{candidate.Rule}", Percent(candidate.Accuracy), Percent(candidate.AbstainedShare),
                candidate.MedianCertifiedRadius is { } median ? FormattableString.Invariant($"{median}") : "N/A", FormattableString.Invariant($"{candidate.MeanCertifiedRadius:F2}"), mark);
        }
        console.Write(table);
        // Commands are longer than a line, and must not be broken.
        TextWriter text = console.Profile.Out.Writer;
        text.WriteLine($"{Model} certifies as chosen:");
        foreach (string command in Commands)
            text.WriteLine($"  {command}");
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:F1} %");
}
