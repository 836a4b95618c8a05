using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>What <c>ablation bench --training</c> prints.</summary>
internal sealed record TrainingBenchResult
{
    /// <summary>The instructions of the processor that decide the figures.</summary>
    public required string Processor { get; init; }

    public required int Threads { get; init; }

    /// <summary>The number format in which most layers train.</summary>
    public required string Format { get; init; }

    /// <summary>10¹² operations per second of a product of large matrices in this format.</summary>
    public required double PeakTeraflops { get; init; }

    public required IReadOnlyList<TrainingRate> Networks { get; init; }

    public void Print(IAnsiConsole console)
    {
        var table = new Table
        {
            Border = TableBorder.Simple,
            Title = new TableTitle(Markup.Escape(FormattableString.Invariant($"Training on {Threads} threads in {Format} ({Processor}); products of matrices reach {PeakTeraflops:F2} TFLOP/s"))),
        };
        table.AddColumn("Network");
        foreach (string name in (string[])["GFLOP an image", "Images/s, bare steps", "TFLOP/s", "Of the product's", "Images/s, trainer", "Trainer : bare steps", "Images/s, prepared"])
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (TrainingRate network in Networks)
        {
            double teraflops = network.GigaflopPerImage * network.BareImagesPerSecond / 1e3;
            table.AddRow(network.Network, Invariant($"{network.GigaflopPerImage:F3}"), Invariant($"{network.BareImagesPerSecond:N0}"), Invariant($"{teraflops:F3}"),
                Invariant($"{100 * teraflops / PeakTeraflops:F0} %"), Invariant($"{network.TrainerImagesPerSecond:N0}"), Invariant($"{network.TrainerImagesPerSecond / network.BareImagesPerSecond:F2}"),
                Invariant($"{network.PreparedImagesPerSecond:N0}"));
        }
        console.Write(table);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>How fast a network trains.</summary>
/// <param name="Network">Its name.</param>
/// <param name="GigaflopPerImage">10⁹ operations of a step for one image, layers of convolutions and the last one counted.</param>
/// <param name="BareImagesPerSecond">Steps alone.</param>
/// <param name="TrainerImagesPerSecond">The trainer with all that is around them.</param>
/// <param name="PreparedImagesPerSecond">Crops, mirror images, ablations and their encoding on the trainer's thread alone.</param>
internal sealed record TrainingRate(string Network, double GigaflopPerImage, double BareImagesPerSecond, double TrainerImagesPerSecond, double PreparedImagesPerSecond);
