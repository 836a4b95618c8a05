using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Client;
using Microsoft.ML.Ablation.Orleans.Tests.Support;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>Certificates of fixed masks, whose scores a cluster computes, against those of this process.</summary>
[TestClass]
public sealed class FixedMaskTests
{
    private static readonly VoteSubject s_subject = new(new string('0', 64), [1, 28, 28], RetainedCount: 0, null, Ballot.Contests);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public async Task A_networks_report_is_the_same_to_the_last_digit_under_every_rule_and_workers_have_one_file()
    {
        string models = Directory.CreateTempSubdirectory("ablation-models-").FullName;
        try
        {
            using TransformerChain<SmoothedCertifierTransformer> model = Toys.Bands(_ml, SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet });
            IDataView rows = _ml.Data.LoadGeneratedDigits(30, seed: 2);
            await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { ModelFolder = models });
            await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
            var distributed = (TransformerChain<ITransformer>)cluster.Distribute(model);
            foreach (SmoothedCertifierOptions options in new SmoothedCertifierOptions[]
            {
                new() { Rule = CertificationRule.Condorcet },
                new() { Rule = CertificationRule.Gap },
                new() { Rule = CertificationRule.Gap, ScoreThreshold = 0.3 },
                new() { Rule = CertificationRule.Top, TopCount = 2, Attack = CertifiedAttack.Positions },
            })
            {
                ITransformer here = CertifierChain.With(model, model.LastTransformer.WithOptions(options));
                // Options that change after the model was distributed are those of the workers, too.
                ITransformer there = CertifierChain.With(distributed, CertifierChain.Find(distributed)!.WithOptions(options));
                string[] report = Toys.Text(_ml, here.Transform(rows));
                CollectionAssert.AreEqual(report, Toys.Text(_ml, there.Transform(rows)));
                CollectionAssert.AreEqual(report, Toys.Text(_ml, cluster.Distribute(here).Transform(rows)));
            }
            Assert.HasCount(1, Directory.GetFiles(models), "the file is the same whatever the options");
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }

    /// <summary>Where classes are enough, workers answer with classes; where scores are compared, with scores: of any ML.NET classifier.</summary>
    [TestMethod]
    [DataRow(CertificationRule.Majority, null)]
    [DataRow(CertificationRule.Condorcet, null)]
    [DataRow(CertificationRule.Gap, 0.4)]
    public async Task A_tables_report_is_the_same_in_every_order(CertificationRule rule, double? threshold)
    {
        (ITransformer model, IDataView rows) = Toys.MaskedTable(_ml, SmoothedCertifierOptions.Paper with { Rule = rule, ScoreThreshold = threshold }, masks: 5);
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        ITransformer distributed = cluster.Distribute(model);
        string[] here = Toys.Text(_ml, model.Transform(rows));
        CollectionAssert.AreEqual(here, Toys.Text(_ml, distributed.Transform(rows)));
        CollectionAssert.AreEquivalent(here, Toys.Text(_ml, distributed.Transform(_ml.Data.ShuffleRows(rows, seed: 3))));
        Assert.IsGreaterThan(0, distributed.Transform(rows).GetColumn<int>("CertifiedRadius").Max());
    }

    [TestMethod]
    public async Task A_worker_that_is_lost_in_between_changes_nothing()
    {
        (ITransformer model, IDataView rows) = Toys.MaskedTable(_ml, SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet }, masks: 5);
        SmoothedCertifierTransformer certifier = CertifierChain.Find(model)!;
        using var models = new ModelFiles();
        var queue = new PieceQueue();
        // Rows are taken in order, a few ahead of the one that the other worker holds meanwhile.
        using FragileWorker fragile = new(pieces: 2, Task.CompletedTask), lasting = new(pieces: int.MaxValue, fragile.Lost);
        using var stop = new CancellationTokenSource();
        Task[] links = [.. new[] { fragile, lasting }.Select(worker => WorkAsync(worker, $"worker {worker.GetHashCode()}"))];
        ITransformer distributed = CertifierChain.With(model, certifier.WithVotesOf(new Service(queue, models.Add(certifier), certifier.Masks!.Count)));
        CollectionAssert.AreEqual(Toys.Text(_ml, model.Transform(rows)), Toys.Text(_ml, distributed.Transform(rows)));
        Assert.IsGreaterThan(2, fragile.Given, "it was lost while it had work");
        Assert.IsGreaterThanOrEqualTo(198, lasting.Given);
        Assert.HasCount(1, queue.Workers);
        await stop.CancelAsync();
        await Task.WhenAll(links);

        async Task WorkAsync(FragileWorker worker, string name)
        {
            var state = new WorkerState(name);
            try
            {
                await new WorkerLink(worker, state, AblationClusterOptions.LibraryVersion, queue, models, NullLogger.Instance).RunAsync(stop.Token);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                queue.Leave(state);
            }
        }
    }

    [TestMethod]
    public void A_row_is_one_piece_whatever_the_speed_and_answers_of_another_form_are_not_taken()
    {
        var job = new ScoreJob(s_subject, new RowKey(1, 2, 3), new float[784], masks: 65, classCount: 10);
        var worker = new WorkerState("worker");
        Piece piece = job.Take(worker, most: 3, share: 4, atOnce: 65);
        Assert.IsFalse(job.HasWork);
        Assert.AreEqual(65, piece.Count);
        Assert.IsNull(job.Request(piece, withRow: true).Problem());
        float[] scores = [.. Enumerable.Range(0, 650).Select(i => (float)i)];
        Assert.IsFalse(job.Fits(piece, new PieceAnswer(PieceState.Counted, [[1]])));
        Assert.IsFalse(job.Fits(piece, new PieceAnswer(PieceState.Counted, Scores: scores[..649])));
        var answer = new PieceAnswer(PieceState.Counted, Scores: scores);
        Assert.IsTrue(job.Fits(piece, answer));
        job.GiveBack(piece);
        Assert.AreSame(piece, job.Take(new WorkerState("other"), most: 3, share: 4, atOnce: 65));
        job.Complete(piece, answer);
        Assert.IsTrue(job.IsOver);
        CollectionAssert.AreEqual(scores, job.Result.Result);
    }

    [TestMethod]
    public void Requests_for_votes_of_fixed_masks_and_scores_beyond_a_message_are_refused()
    {
        var key = new RowKey(1, 2, 3);
        SampleSpan all = new(AblationStage.Exact, 0, 65);
        Assert.IsNull(new PieceRequest(s_subject, key, null, [all], null).Problem());
        foreach (PieceRequest wrong in new PieceRequest[]
        {
            new(s_subject, key, null, [all], [1]),
            new(s_subject, key, null, [all, all], null),
            new(s_subject, key, null, [all with { First = 1 }], null),
            new(s_subject, key, null, [all with { Stage = AblationStage.Estimation }], null),
        })
        {
            Assert.Contains("all masks are scored at once", wrong.Problem()!);
        }
        var input = new VoteInput([1, 28, 28], null, null, NeedsScores: true);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new ClusterScoreSource(new PieceQueue(), s_subject.Model, input, masks: 50_000, classCount: 1_000)).Message;
        Assert.Contains("50,000,000 scores", message);
    }

    private sealed class Service(PieceQueue queue, string model, int masks) : IVoteService
    {
        public IVoteSource CreateVoteSource(VoteInput input, int classCount) => new ClusterVoteSource(queue, model, input, classCount);

        public IMaskScoreSource CreateScoreSource(VoteInput input, int classCount) => new ClusterScoreSource(queue, model, input, masks, classCount);
    }
}
