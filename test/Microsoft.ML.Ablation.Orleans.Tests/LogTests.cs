using Microsoft.Extensions.Logging;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Tests.Support;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>What clients and workers log.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LogTests
{
    private const string PrecisionVariable = "ABLATION_BFLOAT16";

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>As one process does when votes begin; a second k opens the model again.</summary>
    [TestMethod]
    public async Task A_worker_warns_once_of_a_precision_that_is_slow_on_its_processor()
    {
        string? before = Environment.GetEnvironmentVariable(PrecisionVariable);
        Environment.SetEnvironmentVariable(PrecisionVariable, "off");
        try
        {
            using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(1, 9), Seed = 5 });
            using SmoothedCertifierTransformer slow = model.LastTransformer.WithPrecision(ScoringPrecision.BFloat16);
            IDataView rows = model.Take(1).Single().Transform(_ml.Data.LoadGeneratedDigits(2, seed: 2));
            var log = new KeptLog();
            await using InProcessWorker worker = await InProcessWorker.StartAsync(log: log);
            await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
            foreach (int k in (int[])[150, 60])
                Assert.HasCount(2, cluster.Distribute(slow.WithRetainedCount(k)).Transform(rows).GetColumn<int>("CertifiedRadius").ToArray());
            string warning = Assert.ContainsSingle(log.Of(LogLevel.Warning).Where(message => message.Contains("precision", StringComparison.Ordinal)));
            Assert.Contains("The model's precision is BFloat16, for which this processor has no instructions", warning);
        }
        finally
        {
            Environment.SetEnvironmentVariable(PrecisionVariable, before);
        }
    }

    [TestMethod]
    public async Task A_client_logs_workers_that_join_and_warns_of_those_that_cannot_be_used()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
        await using InProcessWorker worker = await InProcessWorker.StartAsync(), older = await InProcessWorker.StartAsync(options => options with { Version = "0.0.1+older" });
        var log = new KeptLog();
        await using (AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions, log))
            _ = Toys.Text(_ml, cluster.Distribute(model).Transform(rows));
        Assert.ContainsSingle(log.Of(LogLevel.Information).Where(message => message.Contains("has joined (1 thread, ", StringComparison.Ordinal)));
        Assert.IsEmpty(log.Of(LogLevel.Warning));
        await using (AblationCluster cluster = await AblationCluster.ConnectAsync(older.ClientOptions, log))
            Assert.ThrowsExactly<AblationClusterException>(() => Toys.Text(_ml, cluster.Distribute(model).Transform(rows)));
        Assert.Contains("0.0.1+older", Assert.ContainsSingle(log.Of(LogLevel.Warning)));
    }
}
