using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.TorchSharp;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>What <c>ablation bench --precisions</c> prints.</summary>
internal sealed record PrecisionBenchResult
{
    /// <summary>The instructions of the processor that decide the figures.</summary>
    public required string Processor { get; init; }

    public required int Cores { get; init; }

    public required IReadOnlyList<NetworkRates> Networks { get; init; }

    public void Print(IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(Markup.Escape($"Votes/s on {Cores} cores ({Processor})")) };
        string[] precisions = [.. Networks[0].VotesPerSecond.Keys];
        table.AddColumn("Network");
        foreach (string name in (string[])[.. precisions, "Int8 : Float32", "Paper's loop", "Int8 : paper's loop"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (NetworkRates network in Networks)
        {
            table.AddRow([network.Network, .. precisions.Select(precision => Number(network.VotesPerSecond[precision])), FormattableString.Invariant($"{network.IntegersToFloat:F2}"),
                network.PaperVotesPerSecond is { } paper ? Number(paper) : "", network.IntegersToPaper is { } ratio ? FormattableString.Invariant($"{ratio:F2}") : ""]);
        }
        console.Write(table);
    }

    private static string Number(double rate) => rate < 100 ? FormattableString.Invariant($"{rate:F1}") : FormattableString.Invariant($"{rate:N0}");
}

/// <summary>One network in all number formats.</summary>
/// <param name="Network">Its name.</param>
/// <param name="VotesPerSecond">By number format.</param>
/// <param name="PaperVotesPerSecond">The paper's loop; null where it was not measured.</param>
internal sealed record NetworkRates(string Network, IReadOnlyDictionary<string, double> VotesPerSecond, double? PaperVotesPerSecond)
{
    private double Integers => VotesPerSecond[nameof(ScoringPrecision.Int8)];

    public double IntegersToFloat => Integers / VotesPerSecond[nameof(ScoringPrecision.Float32)];

    public double? IntegersToPaper => Integers / PaperVotesPerSecond;
}
