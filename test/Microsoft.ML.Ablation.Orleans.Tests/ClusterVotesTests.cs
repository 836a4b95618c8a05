using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Tests.Support;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>Votes of a cluster against votes of this process.</summary>
[TestClass]
public sealed class ClusterVotesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(CertificationRule.Majority, false)]
    [DataRow(CertificationRule.Majority, true)]
    [DataRow(CertificationRule.Condorcet, true)]
    public async Task A_networks_report_is_the_same_to_the_last_digit(CertificationRule rule, bool adaptive)
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml, new SmoothedCertifierOptions
        {
            Plan = adaptive ? SamplingPlan.Adaptive(estimationCount: 2_000) : SamplingPlan.Fixed(130, 777),
            Rule = rule,
            Seed = 5,
        });
        IDataView rows = _ml.Data.LoadGeneratedDigits(25, seed: 2);
        string[] here = Toys.Text(_ml, model.Transform(rows));
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        CollectionAssert.AreEqual(here, Toys.Text(_ml, cluster.Distribute(model).Transform(rows)));
        Assert.HasCount(1, cluster.Workers);
    }

    [TestMethod]
    public async Task Another_k_and_a_saved_model_are_counted_as_here()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml);
        SmoothedCertifierTransformer fewer = model.LastTransformer.WithRetainedCount(60);
        IDataView rows = model.Take(1).Single().Transform(_ml.Data.LoadGeneratedDigits(8, seed: 2));
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        ITransformer distributed = cluster.Distribute(fewer);
        CollectionAssert.AreEqual(Toys.Text(_ml, fewer.Transform(rows)), Toys.Text(_ml, distributed.Transform(rows)));
        using var stream = new MemoryStream();
        _ml.Model.Save(distributed, rows.Schema, stream);
        using var loaded = (IDisposable)_ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(Toys.Text(_ml, fewer.Transform(rows)), Toys.Text(_ml, ((ITransformer)loaded).Transform(rows)), "a saved model counts by itself");
    }

    /// <summary>All that a worker keeps of a client is in its folder of models; beside it come rows and the keys of rows.</summary>
    [TestMethod]
    [DataRow(false, DisplayName = "number")]
    [DataRow(true, DisplayName = "secret")]
    public async Task Workers_get_no_seed_and_the_same_file_whatever_the_options(bool isSecret)
    {
        const int Number = 0x5AC3_91E7;
        byte[] secret = [.. Enumerable.Range(1, 32).Select(i => (byte)(i * 73))];
        var options = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(10, 40), ExactBudget = 0 };
        options = isSecret ? options with { SecretSeed = secret } : options with { Seed = Number };
        (ITransformer model, IDataView rows) = Toys.Table(_ml, options);
        SmoothedCertifierTransformer other = CertifierChain.Find(model)!.WithRetainedCount(2);
        other = other.WithOptions(other.Options with { Rule = CertificationRule.Gap, LowerBoundColumnName = "Bound" });
        string folder = Directory.CreateTempSubdirectory("ablation-models-").FullName;
        try
        {
            string kept = Path.Combine(folder, "kept.zip");
            _ml.Model.Save(model, rows.Schema, kept);
            Assert.IsNotEmpty(Traces(kept), "a saved model holds its seed");
            string models = Directory.CreateDirectory(Path.Combine(folder, "models")).FullName;
            await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { ModelFolder = models });
            await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
            CollectionAssert.AreEqual(Toys.Text(_ml, model.Transform(rows)), Toys.Text(_ml, cluster.Distribute(model).Transform(rows)));
            string sent = Directory.GetFiles(models).Single();
            Assert.IsEmpty(Traces(sent));
            using (System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.OpenRead(sent))
                Assert.IsTrue(zip.Entries.All(entry => entry.LastWriteTime.Year == 1980), "a time would make another file of the same model");
            ITransformer changed = CertifierChain.With(model, other);
            CollectionAssert.AreEqual(Toys.Text(_ml, changed.Transform(rows)), Toys.Text(_ml, cluster.Distribute(changed).Transform(rows)));
            Assert.AreEqual(sent, Directory.GetFiles(models).Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] Traces(string file) => isSecret ? SeedTraces.Of(secret, file) : SeedTraces.Of(Number, file);
    }

    [TestMethod]
    [DataRow(null, DisplayName = "exact")]
    [DataRow(0, DisplayName = "sampled")]
    public async Task A_tables_report_is_the_same_in_every_order(int? exactBudget)
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Adaptive(), ExactBudget = exactBudget, Seed = 2 });
        IDataView shuffled = _ml.Data.ShuffleRows(rows, seed: 3);
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        ITransformer distributed = cluster.Distribute(model);
        string[] here = Toys.Text(_ml, model.Transform(rows));
        CollectionAssert.AreEqual(here, Toys.Text(_ml, distributed.Transform(rows)));
        CollectionAssert.AreEquivalent(here, Toys.Text(_ml, distributed.Transform(shuffled)));
        // A cursor that is given a Random reads in another order than the rows ahead are read in.
        IDataView view = distributed.Transform(_ml.Data.Cache(rows));
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema, new Random(4));
        ValueGetter<VBuffer<int>> getVotes = cursor.GetGetter<VBuffer<int>>(view.Schema["Votes"]);
        var votes = new List<string>();
        VBuffer<int> buffer = default;
        while (cursor.MoveNext())
        {
            getVotes(ref buffer);
            votes.Add(string.Join(' ', buffer.DenseValues()));
        }
        CollectionAssert.AreEquivalent(
            model.Transform(rows).GetColumn<VBuffer<int>>("Votes").Select(row => string.Join(' ', row.DenseValues())).ToArray(), votes);
    }

    [TestMethod]
    public async Task A_bad_row_is_told_when_it_is_reached_and_those_before_it_are_answered()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml);
        IDataView good = _ml.Data.LoadGeneratedDigits(6, seed: 2);
        float[][] pixels = [.. good.GetColumn<float[]>("Features")];
        string[] labels = [.. good.GetColumn<string>("Label")];
        pixels[4][10] = 7;
        var schema = SchemaDefinition.Create(typeof(Image));
        schema[nameof(Image.Features)].ColumnType = good.Schema["Features"].Type;
        IDataView bad = _ml.Data.LoadFromEnumerable(pixels.Zip(labels, (features, label) => new Image { Features = features, Label = label }), schema);
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        IDataView report = cluster.Distribute(model).Transform(bad);
        using DataViewRowCursor cursor = report.GetRowCursor([report.Schema["CertifiedRadius"]]);
        ValueGetter<int> getRadius = cursor.GetGetter<int>(report.Schema["CertifiedRadius"]);
        int answered = 0, radius = 0;
        Exception failure = Assert.Throws<Exception>(() =>
        {
            for (; cursor.MoveNext(); answered++)
                getRadius(ref radius);
        });
        Assert.AreEqual(4, answered);
        Assert.Contains("Row 4", failure.GetBaseException().Message);
    }

    [TestMethod]
    public async Task Rows_are_read_ahead_within_a_window_and_in_the_tools_own_loop_once()
    {
        (ITransformer model, _) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { ExactBudget = 0, Plan = SamplingPlan.Fixed(10, 50), Seed = 2 });
        SmoothedCertifierTransformer here = CertifierChain.Find(model)!;
        int read = 0, ahead = 0;
        var schema = SchemaDefinition.Create(typeof(Features));
        schema[nameof(Features.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 8);
        schema[nameof(Features.Values)].ColumnName = "Features";
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i =>
        {
            Interlocked.Increment(ref read);
            return new Features { Values = [.. Enumerable.Range(0, 8).Select(j => (float)((i * 7 + j * 3) % 10) / 10)] };
        }), schema);
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        using var cursor = new CertifiedCursor((SmoothedCertifierTransformer)cluster.Distribute(here), rows, []);
        for (int row = 1; cursor.MoveNext(); row++)
        {
            Assert.AreEqual(60, cursor.Result.SampleCount);
            // One of both cursors is at this row, the other ahead of it.
            ahead = Math.Max(ahead, Volatile.Read(ref read) - 2 * row);
        }
        Assert.IsGreaterThan(1, ahead);
        Assert.IsLessThanOrEqualTo(4, ahead, "one worker has two rows in hand, and two wait");
    }

    [TestMethod]
    public async Task A_base_classifier_that_reads_another_column_is_refused_with_its_name()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 }, also: "Also");
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        IDataView view = cluster.Distribute(model).Transform(rows);
        ArgumentException e = Assert.Throws<ArgumentException>(() => view.GetColumn<int>("CertifiedRadius").First());
        Assert.Contains("'Also'", e.Message);
        Assert.Throws<ArgumentException>(() => cluster.Distribute(((IEnumerable<ITransformer>)model).First()), "no certifier");
    }

    [TestMethod]
    public async Task Answers_to_single_ablations_are_those_of_the_model()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { ExactBudget = 0, Seed = 2 });
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        SmoothedCertifierTransformer here = CertifierChain.Find(model)!, there = CertifierChain.Find(cluster.Distribute(model))!;
        IDataView input = CertifierChain.InputOf(here, model, rows);
        uint[] samples = [.. Enumerable.Range(0, 700).Select(i => (uint)(i * 3))];
        float[] planar = [.. input.GetColumn<float[]>("Features").First()];
        Sampling.AblationKey key = Sampling.AblationKey.Compute(9, planar);
        using DataViewRowCursor cursor = input.GetRowCursor(input.Schema);
        cursor.MoveNext();
        using VoteLease<IVoteSource> mine = ((SampledSession)here.Bind(input.Schema)).OpenVotes(cursor), its = ((SampledSession)there.Bind(input.Schema)).OpenVotes(cursor);
        CollectionAssert.AreEqual(mine.Source.Answer(planar, key, Sampling.AblationStage.Estimation, samples),
            its.Source.Answer(planar, key, Sampling.AblationStage.Estimation, samples));
    }

    [TestMethod]
    public async Task A_full_queue_turns_pieces_away_and_nothing_is_lost()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(1_000, 6_000), Seed = 5 });
        IDataView rows = _ml.Data.LoadGeneratedDigits(6, seed: 2);
        string[] here = Toys.Text(_ml, model.Transform(rows));
        await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { QueueLimit = 1 });
        var said = new ConcurrentQueue<string>();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions, said.Enqueue);
        CollectionAssert.AreEqual(here, Toys.Text(_ml, cluster.Distribute(model).Transform(rows)));
        Assert.Contains(sentence => sentence.Contains("queue of 1 pieces is full"), said);
    }

    [TestMethod]
    public async Task Meters_count_every_vote_once_and_the_pieces_that_were_turned_away()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml);
        IDataView rows = _ml.Data.LoadGeneratedDigits(5, seed: 2);
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        var totals = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == AblationWorkerOptions.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => totals.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => totals.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => totals[instrument.Name] = value);
        listener.Start();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        _ = Toys.Text(_ml, cluster.Distribute(model).Transform(rows));
        listener.RecordObservableInstruments();
        Assert.IsGreaterThanOrEqualTo(5 * 500, totals["ablation.votes"]);
        Assert.IsGreaterThan(0, totals["ablation.piece.duration"]);
        Assert.AreEqual(0, totals["ablation.queue"]);
        Assert.IsFalse(totals.ContainsKey("ablation.failures"));
    }

    private sealed class Features
    {
        public float[] Values { get; set; } = [];
    }

    private sealed class Image
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
