using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Tests.Runs;

[TestClass]
public sealed class RunFolderTests
{
    private string _folder = "";

    private string Run => Path.Combine(_folder, "run");

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("run-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_run_goes_on_after_its_last_row()
    {
        SampledManifest manifest = Manifest() with { FirstRow = 5 };
        using (RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(Run, manifest))
        {
            Assert.IsEmpty(run.Finished);
            run.Append(Row(5));
            Assert.Throws<ArgumentException>(() => run.Append(Row(5)));
            Assert.Throws<ArgumentException>(() => run.Append(Row(7)));
            run.Append(Row(6));
            Assert.HasCount(2, RunFolder<RunManifest, RunRow>.Read(Run).Rows);
        }
        using (RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(Run, manifest with { Machine = manifest.Machine with { Processors = 999 } }))
        {
            Assert.AreEqual(manifest.Machine, run.Manifest.Machine);
            CollectionAssert.AreEqual(new long[] { 5, 6 }, run.Finished.Select(row => row.Row).ToArray());
            CollectionAssert.AreEqual(Row(6).Estimation, ((SampledRow)run.Finished[1]).Estimation);
            run.Append(Row(7));
        }
        Assert.HasCount(3, RunFolder<RunManifest, RunRow>.Read(Run).Rows);
    }

    [TestMethod]
    public void Another_run_is_refused_and_told_apart()
    {
        SampledManifest manifest = Manifest();
        RunFolder<RunManifest, RunRow>.Open(Run, manifest).Dispose();
        foreach ((RunManifest other, string told) in new (RunManifest, string)[]
        {
            (manifest with { Model = "b" }, "model is \"b\", but was \"a\""),
            (manifest with { Data = "other" }, "data is \"other\", but was \"digits\""),
            (manifest with { FirstRow = 1 }, "firstRow is 1, but was 0"),
            (manifest with { Classes = ["x", "y", "w"] }, "classes is [\"x\",\"y\",\"w\"], but was [\"x\",\"y\",\"z\"]"),
            (manifest with { Positions = 9 }, "positions is 9, but was 100"),
            (manifest with { RetainedPixels = 9, Alpha = 0.5 }, "retainedPixels is 9, but was 10; alpha is 0.5, but was 0.05"),
            (manifest with { Encoding = "Mean" }, "encoding"),
            (manifest with { Seed = "01" }, "seed"),
            (manifest with { Ballot = "Contests", Rule = "Condorcet" }, "ballot is \"Contests\", but was \"Plurality\"; rule"),
            (manifest with { ExactCount = 5 }, "exactCount is 5, but was none"),
            (manifest with { Plan = manifest.Plan with { EstimationCount = 400 } }, "estimationCount of plan is 400, but was "),
            (manifest with { LowerBoundShare = 0.5 }, "lowerBoundShare"),
            (manifest with { TopCount = 2 }, "topCount"),
        })
        {
            string message = Assert.Throws<InvalidOperationException>(() => RunFolder<RunManifest, RunRow>.Open(Run, other)).Message;
            StringAssert.Contains(message, told);
            StringAssert.Contains(message, Run);
        }
    }

    [TestMethod]
    public void Two_writers_a_folder_of_something_else_and_damaged_files_are_refused()
    {
        using (RunFolder<RunManifest, RunRow>.Open(Run, Manifest()))
            StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => RunFolder<RunManifest, RunRow>.Open(Run, Manifest())).Message, "Another process is writing");
        RunFolder<RunManifest, RunRow>.Open(Run, Manifest()).Dispose();

        StringAssert.Contains(Assert.Throws<FileNotFoundException>(() => RunFolder<RunManifest, RunRow>.Read(_folder)).Message, "holds no run");
        StringAssert.Contains(Assert.Throws<IOException>(() => RunFolder<RunManifest, RunRow>.Open(_folder, Manifest())).Message, "holds no run, but 'run'");

        string manifest = Path.Combine(Run, "manifest.json");
        string text = File.ReadAllText(manifest);
        foreach (string said in new[] { "\"alpha\": 0.05", "\"model\": \"a\"", "\"positions\": 100" })
        {
            string changed = said.Replace('5', '7').Replace("\"a\"", "\"b\"", StringComparison.Ordinal).Replace("100", "110", StringComparison.Ordinal);
            File.WriteAllText(manifest, text.Replace(said, changed, StringComparison.Ordinal));
            StringAssert.Contains(Assert.Throws<InvalidDataException>(() => RunFolder<RunManifest, RunRow>.Read(Run)).Message, $"'{manifest}' is damaged: it does not have the checksum");
        }
        // As earlier versions wrote it, and laid out anew.
        File.WriteAllText(manifest, text.ReplaceLineEndings("\r\n").Replace("  ", "\t", StringComparison.Ordinal));
        Assert.IsEmpty(RunFolder<RunManifest, RunRow>.Read(Run).Rows);
        text = RunJson.ToLine(Manifest());
        File.WriteAllText(manifest, text);
        Assert.IsEmpty(RunFolder<RunManifest, RunRow>.Read(Run).Rows);
        foreach (int format in (int[])[0, 4])
        {
            File.WriteAllText(manifest, text.Replace("\"format\":3", $"\"format\":{format}", StringComparison.Ordinal));
            StringAssert.Contains(Assert.Throws<InvalidDataException>(() => RunFolder<RunManifest, RunRow>.Read(Run)).Message, $"has format {format}");
        }
        File.WriteAllText(manifest, text[..^9]);
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => RunFolder<RunManifest, RunRow>.Read(Run)).Message, manifest);
        File.WriteAllText(manifest, "null");
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => RunFolder<RunManifest, RunRow>.Read(Run)).Message, manifest);
    }

    /// <summary>As they were written before seeds could be secret, and before masks could be fixed.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void A_run_of_a_format_before_is_read_certified_and_gone_on_with(int format)
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Path.Combine(Run, "manifest.json"), $$"""
            {
              "format": {{format}}, "model": "a", "data": "digits", "firstRow": 0, "classes": ["x", "y", "z"], "positions": 100, "retainedPixels": 10,
              "encoding": "Complement", "seed": "0000000000000001", "ballot": "Plurality", "exactCount": null,
              "plan": { "selectionCount": 20, "firstLook": null, "estimationCount": 1000, "radiusTolerance": 0, "targetRadius": null },
              "rule": "Majority", "alpha": 0.05, "lowerBoundShare": 0.7, "topCount": 1,
              "machine": { "library": "1", "mlNet": "5", "runtime": "10", "system": "Linux", "architecture": "X64", "processors": 2 }
            }
            """);
        // Of a row too.
        using (RecordLog log = RecordLog.Open(Path.Combine(Run, "rows.jsonl"), out _))
            log.Append("""{"row":0,"key":"key","label":"y","file":null,"selection":[1,20],"estimation":[1,990,2,10],"seconds":0.5}""");
        using (RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(Run, Manifest()))
            run.Append(Row(1));
        (RunManifest manifest, IReadOnlyList<RunRow> rows) = RunFolder<RunManifest, RunRow>.Read(Run);
        Assert.AreEqual(RunManifest.CurrentFormat, manifest.Format);
        Assert.AreEqual(1, manifest.MakeCertifier(RunClaims.None).Certify(rows[0]).PredictedClass);
        Assert.AreEqual(RunText.WithoutSum(File.ReadAllLines(Path.Combine(Run, "rows.jsonl"))[0]).Replace("\"row\":0", "\"row\":1", StringComparison.Ordinal),
            RunText.WithoutSum(File.ReadAllLines(Path.Combine(Run, "rows.jsonl"))[1]), "rows are written as they were");
        string message = Assert.Throws<InvalidOperationException>(() => RunFolder<RunManifest, RunRow>.Open(Run, Manifest() with { Seed = "other" })).Message;
        StringAssert.Contains(message, "seed is \"other\", but was \"0000000000000001\"");
    }

    [TestMethod]
    public void A_manifest_of_sampled_votes_has_the_properties_that_it_always_had()
        => CollectionAssert.AreEqual(new[]
        {
            "format", "model", "data", "firstRow", "classes", "positions", "retainedPixels", "encoding", "seed", "ballot", "exactCount", "plan", "rule", "alpha", "lowerBoundShare",
            "topCount", "machine",
        }, RunJson.ToNode<RunManifest>(Manifest()).Select(property => property.Key).ToArray());

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_folder_that_cannot_be_made_is_named()
    {
        StringAssert.Contains(Assert.Throws<IOException>(() => RunFolder<RunManifest, RunRow>.Open("/proc/run", Manifest())).Message, "/proc/run");
    }

    [TestMethod]
    [DataRow(CertificationRule.Majority, false)]
    [DataRow(CertificationRule.Gap, true)]
    [DataRow(CertificationRule.Bonferroni, true)]
    public void Rows_certified_again_are_those_of_the_plan(CertificationRule rule, bool adaptive)
    {
        SamplingPlan plan = adaptive ? SamplingPlan.Adaptive(20, 50, 1000) : SamplingPlan.Fixed(20, 1000);
        SampledManifest manifest = Manifest() with { Plan = RunPlan.Of(plan) };
        Assert.AreEqual(RunPlan.Of(plan), RunPlan.Of(manifest.Plan.ToPlan()));
        var certifier = new VoteCertifier(100, 10, plan, new CertificationOptions { Rule = rule, Alpha = 0.01 });
        var again = new SampledRunCertifier(manifest, new RunClaims { Rule = rule, Alpha = 0.01 });
        int certified = 0;
        foreach (int look in plan.Looks)
        {
            for (int rest = 0; rest <= look / 2; rest += 10)
            {
                int[] selection = [3, 17, 0], estimation = [rest / 3, look - rest, rest - rest / 3];
                RowResult expected = certifier.Conclude(certifier.Certify(selection, estimation), selection, estimation);
                RowResult result = again.Certify(Row(0) with { Selection = CountPairs.Of(selection), Estimation = CountPairs.Of(estimation) });
                Assert.AreEqual((expected.Certified, expected.PredictedClass, expected.SampleCount), (result.Certified, result.PredictedClass, result.SampleCount));
                CollectionAssert.AreEqual(estimation, result.EstimationVotes());
                certified += result.Certified.Radius >= 0 ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(0, certified);
    }

    [TestMethod]
    public void Exact_runs_and_contests_are_certified_as_what_they_are()
    {
        var exact = new SampledRunCertifier(Manifest() with { Positions = 6, RetainedPixels = 3, ExactCount = 20 }, new RunClaims { Rule = CertificationRule.Gap, Alpha = 0.9 });
        RowResult result = exact.Certify(Row(0) with { Selection = [], Estimation = [0, 17, 2, 3] });
        Assert.AreEqual((0, 20), (result.PredictedClass, result.SampleCount));
        Assert.AreEqual(ExactCertificate.Certify([17, 0, 3], 6, 3), result.Certified);

        SampledManifest contests = Manifest() with { Ballot = nameof(Ballot.Contests), Rule = nameof(CertificationRule.Condorcet), Plan = new RunPlan(2, null, 3, 0, null) };
        int[] first = new int[9], second = new int[9];
        foreach (int[] counts in new[] { first, first, second, second, second })
            Contests.Add([0.1f, 0.7f, 0.2f], counts);
        RowResult row = new SampledRunCertifier(contests, new RunClaims { Alpha = 0.2 }).Certify(Row(0) with { Selection = CountPairs.Of(first), Estimation = CountPairs.Of(second) });
        Assert.AreEqual(1, row.PredictedClass);
        Assert.AreEqual(3, row.EstimationVotes()[1]);

        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SampledRunCertifier(contests, new RunClaims { Rule = CertificationRule.Gap })).Message, "Rule Gap needs votes");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new SampledRunCertifier(Manifest(), new RunClaims { Rule = CertificationRule.Condorcet })).Message, "needs the contests");
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampledRunCertifier(Manifest(), new RunClaims { Alpha = 1 }));
        Assert.Throws<InvalidDataException>(() => new SampledRunCertifier(Manifest() with { Rule = "Best" }, RunClaims.None));
    }

    [TestMethod]
    [DataRow(new[] { 0, 5, 1 }, DisplayName = "no count")]
    [DataRow(new[] { 3, 1000 }, DisplayName = "no such class")]
    [DataRow(new[] { 1, 999, 0, 1 }, DisplayName = "order")]
    [DataRow(new[] { 1, 1001, 2, -1 }, DisplayName = "negative")]
    [DataRow(new[] { 1, 999 }, DisplayName = "too few")]
    public void Counts_that_the_plan_cannot_give_are_refused(int[] estimation)
    {
        SampledRow row = Row(3) with { Estimation = estimation };
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => Manifest().MakeCertifier(RunClaims.None).Certify(row)).Message, "Row 3 of the run is inconsistent");
    }

    [TestMethod]
    public void Pairs_of_counts_say_the_counts()
    {
        var random = new Random(1);
        for (int length = 1; length < 50; length++)
        {
            int[] counts = [.. Enumerable.Range(0, length).Select(_ => random.Next(3) == 0 ? random.Next(10_000) : 0)];
            CollectionAssert.AreEqual(counts, CountPairs.ToCounts(CountPairs.Of(counts), length));
        }
    }

    private static SampledManifest Manifest() => new()
    {
        Model = "a",
        Data = "digits",
        FirstRow = 0,
        Classes = ["x", "y", "z"],
        Positions = 100,
        RetainedPixels = 10,
        Encoding = nameof(AblationEncoding.Complement),
        Seed = "0000000000000001",
        Ballot = nameof(Ballot.Plurality),
        ExactCount = null,
        Plan = new RunPlan(20, null, 1000, 0, null),
        Rule = nameof(CertificationRule.Majority),
        Alpha = 0.05,
        LowerBoundShare = 0.7,
        TopCount = 1,
    };

    private static SampledRow Row(long number) => new(number, "key", "y", null, [1, 20], [1, 990, 2, 10], 0.5);
}
