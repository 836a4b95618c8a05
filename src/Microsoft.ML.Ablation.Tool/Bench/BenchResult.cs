using Microsoft.ML.Ablation.Tool.Output;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>What <c>ablation bench</c> prints.</summary>
internal sealed record BenchResult
{
    public required string Device { get; init; }

    /// <summary>The number format in which the engine and the bare forward pass score.</summary>
    public required string Precision { get; init; }

    /// <summary>The number format in which layers compute: the same, or Float32 where the processor has no instructions for it.</summary>
    public required string ComputedIn { get; init; }

    /// <summary>The instructions of the processor that decide the figures.</summary>
    public required string Processor { get; init; }

    public required bool SupportsBFloat16 { get; init; }

    public required int Cores { get; init; }

    /// <summary>Positions that one core draws per second, d = 784, k = 45.</summary>
    public required double IndicesPerSecond { get; init; }

    public required MnistBench Mnist { get; init; }

    public required ImageNetBench ImageNet { get; init; }

    /// <summary>The most memory of the whole run, the paper's loop included.</summary>
    public required double PeakMegabytes { get; init; }

    public void Print(IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Text($"Vote engine on {Device}, {Precision}, {Cores} cores")).AddColumn(new TableColumn("").RightAligned());
        table.AddRow("Processor", Markup.Escape(Processor));
        table.AddRow("Layers compute in", ComputedIn == Precision ? Precision : $"{ComputedIn}, rounded to {Precision}");
        table.AddRow("Positions drawn per second and core, 45 of 784", Text($"{IndicesPerSecond / 1e6:F0} million"));
        table.AddEmptyRow();
        table.AddRow("MNIST, the paper's network, k = 45", "votes/s");
        foreach ((int size, double rate) in Mnist.BareVotesPerSecond)
            table.AddRow(Text($"Bare forward pass, batches of {size}"), Text($"{rate:F0}"));
        table.AddRow("Engine, 1,000 + 10,000 votes an image", Text($"{Mnist.EngineVotesPerSecond:F0}"));
        table.AddRow(Text($"The paper's loop, float32, {Mnist.PaperImages} at a time"), Text($"{Mnist.PaperVotesPerSecond:F0}"));
        table.AddRow("Engine : bare forward pass at its best", Text($"{Mnist.EngineToBare:F3}"));
        table.AddRow("Engine : the paper's loop", Text($"{Mnist.EngineToPaper:F2}"));
        table.AddRow("Votes other than the definition's", Mnist.Comparison.ToString());
        table.AddRow("Peak memory, and its growth after ten images", Text($"{Mnist.PeakMegabytes:F0} MB, {Mnist.PeakGrowthMegabytes:F0} MB"));
        table.AddEmptyRow();
        table.AddRow("ImageNet, ResNet-50, k = 1,000 of 50,176", "votes/s");
        table.AddRow(Text($"Bare forward pass, batches of {ImageNet.BatchSize}"), Text($"{ImageNet.BareVotesPerSecond:F1}"));
        table.AddRow("Engine", Text($"{ImageNet.EngineVotesPerSecond:F1}"));
        table.AddRow("Overhead outside the forward pass", Text($"{100 * ImageNet.Overhead:F1} %"));
        table.AddRow("Votes other than the definition's", ImageNet.Comparison.ToString());
        table.AddEmptyRow();
        table.AddRow("Peak memory of the whole run", Text($"{PeakMegabytes:F0} MB"));
        console.Write(table);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>The paper's network for MNIST.</summary>
internal sealed record MnistBench
{
    /// <summary>By batch size.</summary>
    public required IReadOnlyDictionary<int, double> BareVotesPerSecond { get; init; }

    public required double EngineVotesPerSecond { get; init; }

    public required double PaperVotesPerSecond { get; init; }

    /// <summary>Images that the paper's loop takes together.</summary>
    public required int PaperImages { get; init; }

    public double EngineToBare => EngineVotesPerSecond / BareVotesPerSecond.Values.Max();

    public double EngineToPaper => EngineVotesPerSecond / PaperVotesPerSecond;

    public required VoteComparison Comparison { get; init; }

    /// <summary>The most memory of the process after twenty images.</summary>
    public required double PeakMegabytes { get; init; }

    /// <summary>How much of it came after the first ten.</summary>
    public required double PeakGrowthMegabytes { get; init; }
}

/// <summary>ResNet-50 for images of 224 × 224 pixels.</summary>
internal sealed record ImageNetBench
{
    public required int BatchSize { get; init; }

    public required double BareVotesPerSecond { get; init; }

    public required double EngineVotesPerSecond { get; init; }

    /// <summary>The share of the engine's time that is not forward pass; noise can make it negative.</summary>
    public double Overhead => 1 - EngineVotesPerSecond / BareVotesPerSecond;

    public required VoteComparison Comparison { get; init; }
}

/// <summary>Votes of the engine that were counted a second time, slowly, from the definition.</summary>
internal sealed record VoteComparison
{
    public required int Votes { get; init; }

    /// <summary>Classes that got any of them.</summary>
    public required int Classes { get; init; }

    public required int Differing { get; init; }

    public override string ToString() => FormattableString.Invariant($"{Differing} of {Votes}, for {Classes} classes");
}
