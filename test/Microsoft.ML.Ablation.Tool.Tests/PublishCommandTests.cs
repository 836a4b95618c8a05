using Microsoft.ML.Ablation.Tests.Support;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>A run that is published with its model, and checked by somebody who does not have the seed.</summary>
[TestClass]
public sealed class PublishCommandTests
{
    private const string Secret = "9f1c0bd4e2a7386655c1f0937ab2de48c41e6a0d7f93b85526ea91307cd4fb12";

    private static string s_folder = "";

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-publish-").FullName;
        Succeed("train", "--generated", "--train-rows", "300", "--epochs", "1", "--k", "150", "--network", "FullyConnected", "--paper", "--votes", "60",
            "--selection-votes", "20", "--seed", "1522831847", "--out", "model.zip", "-q");
        File.WriteAllText(Path.Combine(s_folder, "seed.txt"), Secret + "\n");
        File.WriteAllText(Path.Combine(s_folder, "other.txt"), Secret.Replace('9', '8'));
        File.WriteAllText(Path.Combine(s_folder, "short.txt"), Secret[..30]);
        Succeed("publish", "--model", "model.zip", "--out", "public.zip");
        Succeed("certify", "--model", "public.zip", "--secret-seed", "seed.txt", "--generated", "--rows", "3", "--run", "run", "-q");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Nothing_that_is_published_holds_the_seed()
    {
        Assert.IsEmpty(SeedTraces.Of(1_522_831_847, Path.Combine(s_folder, "public.zip")));
        Assert.IsNotEmpty(SeedTraces.Of(1_522_831_847, Path.Combine(s_folder, "model.zip")));
        foreach (string file in Directory.GetFiles(Path.Combine(s_folder, "run")))
            Assert.DoesNotContain(Secret[..16], File.ReadAllText(file), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("secret, fingerprint ", File.ReadAllText(Path.Combine(s_folder, "run", "manifest.json")));
    }

    [TestMethod]
    public void Others_certify_and_count_the_votes_again_and_see_a_row_that_is_not_the_runs()
    {
        Succeed("evaluate", "--run", "run", "--rule", "Gap");
        Assert.Contains("3 rows recounted, all as in the run", Succeed("recount", "--run", "run", "--model", "public.zip", "--generated", "-q").Output);
        ToolProcess other = ToolProcess.Ablation(s_folder, "recount", "--run", "run", "--model", "public.zip", "--generated", "--held-out", "--rows", "2", "-q");
        Assert.AreEqual(1, other.ExitCode, other.Error);
        Assert.Contains("not as in the run: 0", other.Output);
        Fail("is not the model that 'run' certified", "recount", "--run", "run", "--model", "model.zip", "--generated");
    }

    [TestMethod]
    public void A_run_goes_on_with_its_seed_alone()
    {
        Succeed("certify", "--model", "public.zip", "--secret-seed", "seed.txt", "--generated", "--rows", "4", "--run", "run2", "-q");
        Succeed("certify", "--model", "public.zip", "--secret-seed", "seed.txt", "--generated", "--rows", "5", "--run", "run2", "-q");
        Fail("seed is \"secret, fingerprint ", "certify", "--model", "public.zip", "--secret-seed", "other.txt", "--generated", "--rows", "4", "--run", "run2");
        Fail("holds no seed, so a run could not be resumed", "certify", "--model", "public.zip", "--generated", "--rows", "3", "--run", "new");
        Fail("holds no seed, so a run could not be resumed", "attack", "--model", "public.zip", "--generated", "--rows", "1", "--run", "new");
        Fail("give the run's with --secret-seed", "report", "--run", "run", "--model", "public.zip", "--generated");
        Succeed("report", "--run", "run", "--model", "public.zip", "--secret-seed", "seed.txt", "--generated");
        Fail("There is no file 'none.txt' with a secret seed", "certify", "--model", "public.zip", "--secret-seed", "none.txt", "--generated");
        ToolProcess tooShort = Fail("32 to 128 hexadecimal digits", "certify", "--model", "public.zip", "--secret-seed", "short.txt", "--generated");
        Assert.DoesNotContain(Secret[..16], tooShort.Error);
        Fail("whose seed would be lost", "publish", "--model", "model.zip", "--out", "model.zip");
    }

    private static ToolProcess Succeed(params string[] arguments)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', arguments)}: {process.Error}");
        return process;
    }

    private static ToolProcess Fail(string told, params string[] arguments)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(2, process.ExitCode, $"{string.Join(' ', arguments)}: {process.Error}");
        Assert.Contains(told, process.Error);
        return process;
    }
}
