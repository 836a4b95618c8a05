using Microsoft.ML.Ablation.Tool.Tests.Documents;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class SampleTests
{
    private static readonly string Quickstart = Sample("quickstart.cs");

    private static string Sample(string name) => Path.Combine(ToolProcess.RepositoryRoot, "docs", "samples", name);

    /// <summary>The code of the sample, without the lines that say which project and packages it uses.</summary>
    internal static string Code()
    {
        string[] lines = File.ReadAllLines(Quickstart);
        return string.Join('\n', lines[Array.FindIndex(lines, line => line.StartsWith("using", StringComparison.Ordinal))..]).TrimEnd();
    }

    [TestMethod]
    public void Every_sample_is_run_by_a_test() => CollectionAssert.AreEquivalent(
        new[]
        {
            "quickstart.cs", "certify-images.cs", "imagenet-folder.cs", "attack-baselines.cs", "certify-table.cs", "table-results.cs",
            "certify-cluster.cs", "scale-out.cs", "own-engine.cs", "fixed-masks.cs", "certify-onnx.cs", "fixed-mask-tables.cs", "serve.cs", "certify-messages.cs", "text-results.cs", "certify-prices.cs", "tables-of-numbers.cs",
            "load-service.cs", "certify-images.ipynb",
        },
        Directory.GetFiles(Sample("")).Select(file => Path.GetFileName(file)).Except(["README.md"]).ToArray());

    [TestMethod]
    [DataRow("README.md")]
    [DataRow("src/PACKAGE.md")]
    public void The_readmes_show_the_quickstart(string readme)
    {
        StringAssert.Contains(RepositoryFiles.Read(readme), $"```csharp\n{Code()}\n```");
        StringAssert.Contains(Code(), "ml.Transforms.RandomAblation(k: 45)");
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_quickstart_runs_and_its_model_certifies_in_another_program()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            ToolProcess early = ToolProcess.Start("dotnet", folder, "run", Sample("certify-images.cs"));
            Assert.AreEqual(2, early.ExitCode, early.Output + early.Error);
            StringAssert.Contains(early.Error, "run quickstart.cs first");

            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", Quickstart);
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            StringAssert.Matches(run.Output, new System.Text.RegularExpressions.Regex(@"accuracy \d+ ?%, median certified radius \d* pixels"));
            Assert.IsTrue(File.Exists(Path.Combine(folder, "model.zip")));

            ToolProcess certify = ToolProcess.Start("dotnet", folder, "run", Sample("certify-images.cs"));
            Assert.AreEqual(0, certify.ExitCode, certify.Output + certify.Error);
            Assert.HasCount(32, certify.Output.TrimEnd().Split('\n'));
            StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "certified-accuracy.svg")), "<svg");
            StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "radii.svg")), "<svg");
            StringAssert.StartsWith(File.ReadAllText(Path.Combine(folder, "certified-accuracy.csv")), "Radius,CertifiedAccuracy");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_of_a_cluster_gives_the_votes_of_one_process()
    {
        ToolProcess run = ToolProcess.Start("dotnet", Path.GetTempPath(), "run", Sample("certify-cluster.cs"));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        StringAssert.Contains(run.Output, "has joined");
        StringAssert.Contains(run.Output, "the same votes as in this process: True");
    }

    /// <summary>The sample is an assembly of its own, to which nothing internal is visible.</summary>
    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void An_engine_of_ones_own_needs_public_types_only()
    {
        ToolProcess run = ToolProcess.Start("dotnet", Path.GetTempPath(), "run", Sample("own-engine.cs"));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        StringAssert.Matches(run.Output, new System.Text.RegularExpressions.Regex(@"accuracy [789]\d ?%, largest certified radius [1-9]"));
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void A_network_is_certified_as_a_file_as_it_was_by_torch()
    {
        ToolProcess run = ToolProcess.Start("dotnet", Path.GetTempPath(), "run", "-c", "Release", Sample("certify-onnx.cs"));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        // But for near ties both are the same classifier, with the same ablations. What follows is their speed.
        string[] said = [.. run.Output.Split('\n').Where(line => line.Contains("accuracy", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf(':')..line.IndexOf(" pixels", StringComparison.Ordinal)])];
        Assert.HasCount(2, said);
        Assert.AreEqual(said[0], said[1]);
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_of_fixed_masks_certifies_single_images()
    {
        ToolProcess run = ToolProcess.Start("dotnet", Path.GetTempPath(), "run", "-c", "Release", Sample("fixed-masks.cs"));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        StringAssert.Matches(run.Output, new System.Text.RegularExpressions.Regex(@"accuracy [89]\d\.\d ?%, median certified radius \d+ pixels, for certain"));
        StringAssert.Contains(run.Output, "ms for one certified prediction");
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_measurements_of_tables_with_fixed_masks_run()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            var random = new Random(1);
            File.WriteAllLines(Path.Combine(folder, "phishing-websites.arff"), ["@relation made-up", "@data", .. Enumerable.Range(0, 400).Select(i =>
                string.Join(',', [.. Enumerable.Range(0, 30).Select(j => $"{random.Next(-1, 2)}"), $"{(i % 2) * 2 - 1}"]))]);
            File.WriteAllLines(Path.Combine(folder, "breast-cancer.txt"), Enumerable.Range(0, 300).Select(i =>
                string.Join('\t', [$"{i % 2}", .. Enumerable.Range(0, 9).Select(_ => $"{i % 2 * 5 + random.Next(1, 6)}")])));
            File.WriteAllLines(Path.Combine(folder, "adult.with-schema.txt"), ["#@ schema", string.Join('\t', Enumerable.Range(0, 15)), .. Enumerable.Range(0, 600).Select(i =>
                string.Join('\t', [$"{i % 2}", .. Enumerable.Range(0, 8).Select(_ => $"v{(random.Next(2) + i % 2) % 3}"), .. Enumerable.Range(0, 6).Select(_ => $"{i % 2 + random.Next(2)}")]))]);
            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", "-c", "Release", Sample("fixed-mask-tables.cs"), "--", folder, "small");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            Assert.HasCount(3, run.Output.Split('\n').Where(line => line.Contains("attacks on", StringComparison.Ordinal) && line.Contains(" 0 flipped", StringComparison.Ordinal)).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_table_of_scaling_out_is_the_one_in_the_guide()
    {
        ToolProcess run = ToolProcess.Start("dotnet", Path.GetTempPath(), "run", Sample("scale-out.cs"));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        StringAssert.Contains(RepositoryFiles.Read("docs/scale-out.md"), run.Output.ReplaceLineEndings("\n").Trim());
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_of_attacks_runs()
    {
        ToolProcess run = ToolProcess.Start("dotnet", Path.GetTempPath(), "run", Sample("attack-baselines.cs"), "--", "generated", "600", "1", "2", "1");
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        string[] lines = run.Output.TrimEnd().Split('\n');
        CollectionAssert.AreEqual(new[] { "classifier", "plain network", "binarised network", "nearest neighbour", "smoothed, k = 45" },
            lines[^5..].Select(line => line[..20].TrimEnd()).ToArray(), run.Output);
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_for_tables_runs()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", Sample("certify-table.cs"));
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            string[] lines = run.Output.TrimEnd().Split('\n');
            Assert.IsGreaterThan(8, lines.Length, run.Output);
            StringAssert.Matches(lines[5], new System.Text.RegularExpressions.Regex(@"^k = \d: \d+\.\d ?% of 300 decisions are right, \d+\.\d ?% whatever one attribute says"));
            StringAssert.Contains(lines[6], "of 9 attributes");
            StringAssert.StartsWith(lines[7], "The", "the explanation follows");
            Assert.IsTrue(File.Exists(Path.Combine(folder, "table-model.zip")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_for_prices_and_its_measurements_run()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            var random = new Random(1);
            File.WriteAllLines(Path.Combine(folder, "houses.csv"), ["Order,PID,Area,Rooms,Street,Year,Garage,Quality,SalePrice", .. Enumerable.Range(0, 300).Select(i =>
            {
                int area = random.Next(50, 250), quality = random.Next(1, 11);
                string street = random.Next(2) == 0 ? "Pave" : "Grvl";
                return $"{i},{1000 + i},{area},{area / 30},{street},{random.Next(1950, 2010)},{(i % 9 == 0 ? "" : area / 80)},{quality},{area * 800 + quality * 9000}";
            })]);
            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", Sample("certify-prices.cs"), "--", "houses.csv");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            Assert.HasCount(8, run.Output.Split('\n').Where(line => line.StartsWith("price ", StringComparison.Ordinal)).ToArray(), run.Output);
            StringAssert.Contains(run.Output, "houses, 6 attributes, 3 masks: R²");

            File.WriteAllLines(Path.Combine(folder, "phishing-websites.arff"), ["@data", .. Enumerable.Range(0, 600).Select(i =>
                string.Join(',', Enumerable.Range(0, 30).Select(j => random.Next(3) == 0 ? random.Next(-1, 2) : i % 2 * 2 - 1).Append(i % 2 * 2 - 1)))]);
            run = ToolProcess.Start("dotnet", folder, "run", Sample("tables-of-numbers.cs"), "--", folder, "small", "phishing");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            Assert.HasCount(3, run.Output.Split('\n').Where(line => line.Contains("calibrated", StringComparison.Ordinal)).ToArray(), run.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_for_texts_and_its_measurements_run()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            var random = new Random(1);
            File.WriteAllLines(Path.Combine(folder, "sms-spam.tsv"), Enumerable.Range(0, 200).Select(i =>
                $"{(i % 3 == 0 ? "spam" : "ham")}\t{string.Join(' ', Enumerable.Range(0, 12).Select(j => j % 3 == 0 ? i % 3 == 0 ? "prize" : "lunch" : $"w{random.Next(30)}"))}"));
            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", Sample("certify-messages.cs"), "--", "sms-spam.tsv");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            string[] lines = run.Output.TrimEnd().Split('\n');
            Assert.HasCount(12, lines, run.Output);
            Assert.HasCount(3, lines.Where(line => line.StartsWith("words ", StringComparison.Ordinal)).ToArray(), run.Output);
            StringAssert.Contains(run.Output, "spam up to ");

            run = ToolProcess.Start("dotnet", folder, "run", Sample("text-results.cs"), "--", folder, "sms");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            string[] measured = [.. run.Output.TrimEnd().Split('\n').Skip(3)];
            Assert.HasCount(14, measured, run.Output);
            foreach (string line in measured)
                StringAssert.Matches(line, new System.Text.RegularExpressions.Regex(@"\| 0 of \d+ \| \d+ of \d+ \|$"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_measurements_of_tables_run()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            var random = new Random(1);
            File.WriteAllLines(Path.Combine(folder, "breast-cancer.txt"), ["// made up", .. Enumerable.Range(0, 150).Select(i =>
                string.Join('\t', [$"{i % 2}", .. Enumerable.Range(0, 9).Select(j => i == 7 && j == 5 ? "?" : $"{i % 2 * 5 + random.Next(1, 6)}")]))]);
            File.WriteAllLines(Path.Combine(folder, "iris.data"), Enumerable.Range(0, 150).Select(i =>
                FormattableString.Invariant($"{i % 3 + random.NextDouble()},{i % 3},{random.NextDouble()},{2 - i % 3},kind-{i % 3}")));
            File.WriteAllLines(Path.Combine(folder, "adult.with-schema.txt"), [string.Join('\t', Enumerable.Range(0, 15)), .. Enumerable.Range(0, 1_000).Select(i =>
                string.Join('\t', [$"{i % 2}", .. Enumerable.Range(0, 8).Select(j => $"v{(random.Next(4) + i % 2) % 4}"), .. Enumerable.Range(0, 6).Select(j => $"{i % 2 + random.Next(3)}")]))]);
            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", Sample("table-results.cs"), "--", folder, "small");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            string[] lines = run.Output.TrimEnd().Split('\n');
            Assert.HasCount(6, lines.Where(line => line.Contains("attacks on", StringComparison.Ordinal) && line.Contains(" 0 flipped", StringComparison.Ordinal)).ToArray(), run.Output);
            Assert.HasCount(3, lines.Where(line => line.Contains("model alone", StringComparison.Ordinal)).ToArray(), run.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public void The_sample_for_image_folders_runs()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            Datasets.PictureFolder.WriteTo(Path.Combine(folder, "train"), count: 30);
            Datasets.PictureFolder.WriteTo(Path.Combine(folder, "test"), count: 2);
            ToolProcess run = ToolProcess.Start("dotnet", folder, "run", Sample("imagenet-folder.cs"), "--", "train", "test", "14", "60", "2");
            Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
            StringAssert.Matches(run.Output, new System.Text.RegularExpressions.Regex(@"accuracy \d+ ?%, median certified radius \d* pixels"));
            Assert.IsTrue(File.Exists(Path.Combine(folder, "model.zip")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
