#!/usr/bin/env dotnet
// How long certifying ImageNet takes on some workers, and what bounds it: dotnet run docs/samples/scale-out.cs [-- VOTES_PER_SECOND DOLLARS_PER_HOUR]
// The figures of docs/scale-out.md, where the measured constants below come from. Give your own worker's speed and price.
#:property PublishAot=false

using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
double[] numbers = [.. args.Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
double votesPerSecond = numbers.Length > 0 ? numbers[0] : 45;                // ResNet-50 on two cores, 'ablation bench'
double dollarsPerHour = numbers.Length > 1 ? numbers[1] : 0.10;              // a machine of two cores

// The work: ImageNet's validation images.
const double images = 50_000, votesPerImage = 11_000;
const double rowMegabytes = 150_528 * 4 / 1e6;

// One client, measured.
const double clientCores = 4, rowCpuSeconds = 0.043, pieceCpuSeconds = 0.0012;
const double networkMegabytesPerSecond = 125, modelMegabytes = 94;
const double pieceSeconds = 1, batchVotes = 10;
const double rowMemoryMegabytes = 537, mostRows = 4_096;

Console.WriteLine("| workers | votes/s | hours | dollars | client: cores | network, MB/s | sending the model, minutes | bound by |");
Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
foreach (int workers in (int[])[1, 3, 10, 30, 100, 300, 1_000])
{
    // A worker takes a second's worth of votes at once, but a batch at least.
    double pieceVotes = Math.Max(batchVotes, votesPerSecond * pieceSeconds);
    double wanted = workers * votesPerSecond;
    // Rows in flight are bounded by memory; with fewer rows than workers each row goes to several.
    double rowsInFlight = Math.Min(Math.Min(2 * workers + 2, mostRows), rowMemoryMegabytes / rowMegabytes);
    double copies = Math.Max(1, workers / rowsInFlight);
    double cpuPerVote = rowCpuSeconds / votesPerImage + pieceCpuSeconds / pieceVotes;
    double megabytesPerVote = copies * rowMegabytes / votesPerImage;
    (string Name, double Rate)[] limits =
    [
        ("the workers", wanted),
        ("the client's processor", clientCores / cpuPerVote),
        ("the client's network", networkMegabytesPerSecond / megabytesPerVote),
    ];
    (string bound, double rate) = limits.MinBy(limit => limit.Rate);
    // At the end the last pieces are waited for.
    double hours = (images * votesPerImage / rate + pieceSeconds) / 3_600;
    Console.WriteLine($"| {workers:N0} | {rate:N0} | {hours:N1} | {hours * workers * dollarsPerHour:N0} | {rate * cpuPerVote:0.00} | {rate * megabytesPerVote:0.0} | "
        + $"{workers * modelMegabytes / networkMegabytesPerSecond / 60:0.0} | {bound} |");
}
