using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

[TestClass]
public sealed class MutatedRunTests : MutatedFiles
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void RunFolders(bool ofMasks)
    {
        var random = new Random(4);
        string run = Path.Combine(Folder, "run"), manifestPath = Path.Combine(run, "manifest.json"), rowsPath = Path.Combine(run, "rows.jsonl");
        if (ofMasks)
            WriteMaskRun(run);
        else
            WriteRun(run);
        byte[] manifest = File.ReadAllBytes(manifestPath), rows = File.ReadAllBytes(rowsPath);
        string original = Certified(run);
        for (int i = 0; i < Count(400); i++)
        {
            bool ofRows = i % 2 == 0;
            byte[] changed = Mutations.Of(ofRows ? rows : manifest, random);
            File.WriteAllBytes(manifestPath, ofRows ? manifest : changed);
            File.WriteAllBytes(rowsPath, ofRows ? changed : rows);
            if (Outcome(ofRows ? rowsPath : manifestPath, () => Certified(run), $"{i}") is not { } certified)
                continue;
            // A run that goes on has fewer rows: one that was cut between two of them, or within its last one, is such a run.
            if (ofRows && rows.AsSpan().StartsWith(changed.AsSpan(0, Math.Min(changed.Length, rows.Length))) || ofRows && IsCut(rows, changed))
                StringAssert.StartsWith(original, certified);
            else
                Assert.AreEqual(original, certified, $"change {i} of {(ofRows ? "rows" : "manifest")}");
        }
    }

    private static void WriteRun(string folder)
    {
        var manifest = new SampledManifest
        {
            Model = "a",
            Data = "digits",
            FirstRow = 2,
            Classes = ["x", "y", "z"],
            Positions = 100,
            RetainedPixels = 10,
            Encoding = "Complement",
            Seed = "0000000000000007",
            Ballot = "Plurality",
            ExactCount = null,
            Plan = new RunPlan(20, null, 200, 0, null),
            Rule = "Majority",
            Alpha = 0.05,
            LowerBoundShare = 0.7,
            TopCount = 1,
        };
        using RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(folder, manifest);
        for (int row = 2; row < 8; row++)
            run.Append(new SampledRow(row, $"key {row}", "y", row == 4 ? "/pictures/é.png" : null, [1, 20], [0, row, 1, 200 - row], 0.25));
    }

    private static void WriteMaskRun(string folder)
    {
        var family = MaskFamily.Partition(2, 3, count: 3, seed: 1);
        var manifest = new MaskManifest
        {
            Model = "a",
            Data = "digits",
            FirstRow = 2,
            Classes = ["x", "y", "z"],
            Positions = 6,
            Masks = new RunMasks($"{family}", 2, 3, CertifiesPatches: false, 1, 1, ScoreThreshold: null, HasScores: true, RunMasks.TextOf(family)),
            Encoding = "Complement",
            Rule = "Condorcet",
            TopCount = 1,
        };
        using RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(folder, manifest);
        for (int row = 2; row < 8; row++)
        {
            float[] scores = [.. Enumerable.Range(0, 9).Select(i => i % 3 == row % 3 ? 1 : 0.1f * i)];
            run.Append(new MaskRow(row, $"key {row}", "y", row == 4 ? "/pictures/é.png" : null, AnswerText.Of(MaskAnswers.OfScores(scores, 3)), 0.25));
        }
    }

    private static string Certified(string folder)
    {
        (RunManifest manifest, IReadOnlyList<RunRow> rows) = RunFolder<RunManifest, RunRow>.Read(folder);
        RunCertifier certifier = manifest.MakeCertifier(RunClaims.None);
        return string.Concat(rows.Select(row =>
        {
            RowResult result = certifier.Certify(row);
            return $"{row.Row} {row.Key} {row.Label} {row.File} {result.PredictedClass} {result.Certified} {result.SampleCount};";
        }));
    }

    /// <summary>Whether a file is another one without its end, of which nothing but an incomplete line may have changed.</summary>
    private static bool IsCut(byte[] rows, byte[] changed)
    {
        int intact = Array.LastIndexOf(changed, (byte)'\n') + 1;
        return intact <= rows.Length && rows.AsSpan().StartsWith(changed.AsSpan(0, intact));
    }
}
