#!/usr/bin/env dotnet
// A worker of one's own and a client of it, in one program: dotnet run docs/samples/certify-cluster.cs
// The tool's worker ("ablation worker") knows this library's networks. A program like this one is a worker for whatever model it references the packages of.
#:project ../../src/Microsoft.ML.Ablation.Orleans/Microsoft.ML.Ablation.Orleans.csproj
#:package Microsoft.ML.LightGbm
#:property PublishAot=false

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Data;

// The worker. On machines of their own: Redis or PostgreSQL as Membership, an Address, a Secret, an AuthorityFile and a CertificateFile.
HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.UseAblationWorker(new AblationWorkerOptions { Threads = 1 });
using IHost worker = builder.Build();
await worker.StartAsync();

// The client: any smoothed certifier whose base classifier reads the ablated column alone.
var ml = new MLContext(seed: 1);
var random = new Random(1);
IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(_ =>
{
    float[] features = [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle())];
    return new Patient { Features = features, Label = features.Take(6).Sum() > features.Skip(6).Sum() ? "ill" : "well" };
}).ToArray());
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.SmoothedCertifier(
        ml.Transforms.RandomAblation(k: 4, encoding: AblationEncoding.Missing).Append(ml.MulticlassClassification.Trainers.LightGbm()),
        new SmoothedCertifierOptions { ExactBudget = 0, Seed = 1 },
        trainingCopies: 10));
ITransformer model = pipeline.Fit(rows);
IDataView some = ml.Data.TakeRows(rows, 40);

await using (AblationCluster cluster = await AblationCluster.ConnectAsync(new AblationClusterOptions(), Console.WriteLine))
{
    ITransformer distributed = cluster.Distribute(model);
    CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(distributed.Transform(some));
    Console.WriteLine($"accuracy {metrics.ClassificationAccuracy:P0}, certified for one changed attribute {metrics.CertifiedAccuracyAt(1):P0}");
    bool same = Votes(model).SequenceEqual(Votes(distributed));
    Console.WriteLine($"the same votes as in this process: {same}");
}
await worker.StopAsync();

IEnumerable<string> Votes(ITransformer certifier)
    => certifier.Transform(some).GetColumn<VBuffer<int>>("Votes").Select(votes => string.Join(' ', votes.DenseValues())).ToArray();

internal sealed class Patient
{
    [VectorType(12)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}
