using System.IO.Compression;
using System.Xml.Linq;
using Microsoft.ML.Ablation.Tool.Tests.Documents;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Builds the packages, and uses them as somebody does who has nothing else.</summary>
[TestClass]
[LongTest("builds all packages")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PackageTests
{
    private static string s_folder = "", s_sources = "", s_said = "";

    [ClassInitialize]
    public static void Pack(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-packages-").FullName;
        // A copy, because other tests run what lies in the folders of the solution.
        s_sources = Path.Combine(s_folder, "sources");
        foreach (string file in RepositoryFiles.List())
        {
            string copy = Path.Combine(s_sources, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(RepositoryFiles.PathOf(file), copy);
        }
        // The tool of this machine only; those of others need further downloads.
        string runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        ToolProcess pack = ToolProcess.Start("bash", s_folder, "sources/build/pack.sh", $"-p:ToolPackageRuntimeIdentifiers={runtime}");
        Assert.AreEqual(0, pack.ExitCode, pack.Output + pack.Error);
        s_said = pack.Output;
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void The_tool_is_installed_from_its_package()
    {
        ToolProcess install = Dotnet(s_sources, "tool", "install", "--tool-path", Path.Combine(s_folder, "tools"), "Microsoft.ML.Ablation.Tool", "--prerelease", "--add-source", "artifacts/packages");
        Assert.AreEqual(0, install.ExitCode, install.Output + install.Error);
        ToolProcess info = ToolProcess.Start(Path.Combine(s_folder, "tools", "ablation"), s_folder, "info", "--json");
        Assert.AreEqual(0, info.ExitCode, info.Error);
        StringAssert.Contains(info.Output, "\"libtorch\"");
    }

    /// <summary>NuGet would take a version that it has met before from its cache.</summary>
    [TestMethod]
    public void A_build_has_a_version_of_its_own_and_says_how_it_is_used()
    {
        string library = Path.GetFileNameWithoutExtension(Directory.GetFiles(Path.Combine(s_sources, "artifacts", "packages"), "Microsoft.ML.Ablation.TorchSharp.*.nupkg").Single());
        StringAssert.Matches(library, new System.Text.RegularExpressions.Regex(@"\.0\.1\.0-dev-20[0-9]{12}-[0-9a-z]+$"));
        string version = library["Microsoft.ML.Ablation.TorchSharp.".Length..];
        StringAssert.Contains(s_said, $"dotnet nuget add source \"{Path.Combine(s_sources, "artifacts", "packages")}\" --name ablation\n");
        StringAssert.Contains(s_said, $"dotnet add package Microsoft.ML.Ablation.TorchSharp --version {version}\n");
    }

    [TestMethod]
    public void The_readmes_code_runs_in_a_program_with_the_packages()
    {
        string program = Directory.CreateDirectory(Path.Combine(s_folder, "program")).FullName;
        File.WriteAllText(Path.Combine(program, "program.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
            </Project>
            """);
        NamePackages(program, named: "");
        ToolProcess source = Dotnet(program, "nuget", "add", "source", Path.Combine(s_sources, "artifacts", "packages"), "--name", "ablation", "--configfile", "nuget.config");
        Assert.AreEqual(0, source.ExitCode, source.Output + source.Error);
        string code = SampleTests.Code().Replace("12_000", "1_000", StringComparison.Ordinal).Replace("epochs: 5", "epochs: 1", StringComparison.Ordinal)
            .Replace("Digits(20,", "Digits(3,", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(program, "Program.cs"), code);
        foreach (string[] package in (string[][])[["Microsoft.ML.Ablation.TorchSharp", "--prerelease"], ["TorchSharp-cpu"]])
        {
            ToolProcess add = Dotnet(program, ["add", "package", .. package]);
            Assert.AreEqual(0, add.ExitCode, add.Output + add.Error);
        }
        ToolProcess run = Dotnet(program, "run", "-c", "Release");
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        StringAssert.Contains(run.Output, "median certified radius");
        Assert.IsTrue(File.Exists(Path.Combine(program, "model.zip")));
    }

    [TestMethod]
    [DataRow("ablation-console", "the answer is", "model.zip")]
    [DataRow("ablation-notebook", "[plot-2.svg]", "plot-2.svg")]
    public void A_program_made_from_a_template_runs(string template, string said, string written)
    {
        string program = MakeFrom(template);
        ToolProcess run = Dotnet(program, "run");
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
        StringAssert.Contains(run.Output, said);
        Assert.IsTrue(File.Exists(Path.Combine(program, written)));
    }

    [TestMethod]
    public async Task A_service_made_from_a_template_answers()
    {
        string program = MakeFrom("ablation-web");
        ToolProcess build = Dotnet(program, "build");
        Assert.AreEqual(0, build.ExitCode, build.Output + build.Error);
        using var service = RunningService.Start(program, Path.Combine("bin", "Debug", "net10.0", "ablation-web.dll"));
        string digit = await service.Client.GetStringAsync(new Uri("example", UriKind.Relative));
        using HttpResponseMessage answer = await service.Client.PostAsync(new Uri("predict", UriKind.Relative), new StringContent(digit, System.Text.Encoding.UTF8, "application/json"));
        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "\"certifiedRadius\":");
        using HttpResponseMessage refused = await service.Client.PostAsync(new Uri("predict", UriKind.Relative), new StringContent("{\"pixels\": [2]}", System.Text.Encoding.UTF8, "application/json"));
        Assert.AreEqual(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
        StringAssert.Contains(await refused.Content.ReadAsStringAsync(), "784 numbers from 0 to 1");
    }

    [TestMethod]
    public void Every_package_has_an_icon_and_a_page_whose_links_work_outside_the_repository()
    {
        string[] packages = Directory.GetFiles(Path.Combine(s_sources, "artifacts", "packages"), "*.nupkg");
        Assert.IsGreaterThan(6, packages.Length);
        foreach (string package in packages)
        {
            using ZipArchive archive = ZipFile.OpenRead(package);
            using var reader = new StreamReader(archive.GetEntry("README.md")?.Open() ?? throw new AssertFailedException($"{package} has no README.md"));
            Assert.IsEmpty(new MarkdownDocument(package, reader.ReadToEnd()).RelativeLinks, package);
            Assert.IsLessThan(20_000, archive.GetEntry("icon.png")?.Length ?? throw new AssertFailedException($"{package} has no icon.png"), package);
        }
    }

    /// <summary>They share internals, which change without notice.</summary>
    [TestMethod]
    public void Each_package_asks_for_exactly_the_version_of_the_others_that_it_was_built_with()
    {
        int friends = 0;
        foreach (string package in Directory.GetFiles(Path.Combine(s_sources, "artifacts", "packages"), "*.nupkg"))
        {
            using ZipArchive archive = ZipFile.OpenRead(package);
            using Stream nuspec = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            foreach (XElement dependency in XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency"
                && element.Attribute("id")!.Value.StartsWith("Microsoft.ML.Ablation", StringComparison.Ordinal)))
            {
                friends++;
                StringAssert.Matches(dependency.Attribute("version")!.Value, new System.Text.RegularExpressions.Regex(@"^\[[0-9][^,]*\]$"), package);
            }
        }
        Assert.IsGreaterThanOrEqualTo(5, friends);
    }

    /// <summary>A folder with what a template makes, from its package; with less to train on.</summary>
    private static string MakeFrom(string template)
    {
        // Of its own, for several tests may install at once.
        string templates = Path.Combine(s_folder, $"{template}.templates"), program = Path.Combine(s_folder, template);
        string package = Directory.GetFiles(Path.Combine(s_sources, "artifacts", "packages"), "Microsoft.ML.Ablation.Templates.*.nupkg").Single();
        ToolProcess install = Dotnet(s_folder, "new", "install", package, "--force", "--debug:custom-hive", templates);
        Assert.AreEqual(0, install.ExitCode, install.Output + install.Error);
        ToolProcess make = Dotnet(s_folder, "new", template, "-o", template, "--debug:custom-hive", templates);
        Assert.AreEqual(0, make.ExitCode, make.Output + make.Error);
        NamePackages(program, $"""<add key="built" value="{Path.Combine(s_sources, "artifacts", "packages")}" />""");
        foreach (string file in Directory.GetFiles(program).Where(file => Path.GetExtension(file) is ".cs" or ".ipynb"))
        {
            string text = File.ReadAllText(file);
            File.WriteAllText(file, text.Replace("Digits(6_000", "Digits(600", StringComparison.Ordinal).Replace("Digits(3_000", "Digits(300", StringComparison.Ordinal));
        }
        return program;
    }

    private static void NamePackages(string program, string named) => File.WriteAllText(Path.Combine(program, "nuget.config"), $"""
        <configuration>
          <packageSources>{named}</packageSources>
          <fallbackPackageFolders><add key="machine" value="{Packages}" /></fallbackPackageFolders>
        </configuration>
        """);

    /// <summary>
    /// Runs <c>dotnet</c> with a package folder of its own, so that packages built here are not taken for published ones of the same version; others
    /// come from the machine's, and torch's gigabyte is linked to where the system can.
    /// </summary>
    private static ToolProcess Dotnet(string folder, params string[] arguments)
        => ToolProcess.Start("env", folder, [$"NUGET_PACKAGES={Path.Combine(s_folder, "packages")}", "CreateHardLinksForCopyLocalIfPossible=true", "dotnet", .. arguments]);

    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
