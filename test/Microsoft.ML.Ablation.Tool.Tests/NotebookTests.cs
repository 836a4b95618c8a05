using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.Data.Analysis;
using Microsoft.ML.Ablation.Reports;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Compiles and runs the cells of the notebook one after the other, as a notebook's kernel does.</summary>
[TestClass]
public sealed partial class NotebookTests
{
    private static readonly string s_samples = Path.Combine(ToolProcess.RepositoryRoot, "docs", "samples");

    [TestMethod]
    [LongTest("trains a network for thousands of digits")]
    public async Task The_cells_of_the_notebook_run()
    {
        JsonElement notebook = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(s_samples, "certify-images.ipynb"))).RootElement;
        Assert.AreEqual(".net-csharp", notebook.GetProperty("metadata").GetProperty("kernelspec").GetProperty("name").GetString());
        string[] cells = [.. notebook.GetProperty("cells").EnumerateArray()
            .Where(cell => cell.GetProperty("cell_type").GetString() == "code")
            .Select(cell => string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString())))];
        RequirePackages(cells[0]);

        IEnumerable<string> assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        ScriptOptions options = ScriptOptions.Default.WithReferences(assemblies.Select(assembly => MetadataReference.CreateFromFile(assembly)));
        string folder = Directory.CreateTempSubdirectory("ablation-notebook-").FullName, here = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder;
            ScriptState<object>? state = null;
            var shown = new List<object>();
            foreach (string cell in cells[1..])
            {
                state = state is null ? await CSharpScript.RunAsync(cell, options) : await state.ContinueWithAsync(cell);
                if (state.ReturnValue is { } value)
                    shown.Add(value);
            }
            CollectionAssert.AreEqual(new[] { typeof(DataFrame), typeof(CertifiedPlot), typeof(CertifiedPlot), typeof(int[]) }, shown.Select(value => value.GetType()).ToArray());
            int[] radii = (int[])shown[3];
            Assert.HasCount(3, radii);
            var curve = (DataFrame)shown[0];
            // More than half of the digits are certified at 0 after the notebook's training.
            Assert.IsGreaterThan(0.5, (double)curve["CertifiedAccuracy"][0]);
            Assert.IsTrue(File.Exists("certified-digits.zip"));
        }
        finally
        {
            Environment.CurrentDirectory = here;
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The packages of the first cell are this solution's, and others in the versions that it uses.</summary>
    private static void RequirePackages(string cell)
    {
        string versions = File.ReadAllText(Path.Combine(ToolProcess.RepositoryRoot, "Directory.Packages.props"));
        string own = ReadVersion(File.ReadAllText(Path.Combine(ToolProcess.RepositoryRoot, "eng", "Common.props")), "VersionPrefix");
        string torch = ReadVersion(versions, "TorchSharpVersion");
        CollectionAssert.AreEqual(new[] { ("Microsoft.ML.Ablation.TorchSharp", own), ("Microsoft.ML.Ablation.Reports", own), ("TorchSharp-cpu", torch) },
            Reference().Matches(cell).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).ToArray());
    }

    private static string ReadVersion(string properties, string name) => Regex.Match(properties, $"<{name}>([^<]+)</{name}>").Groups[1].Value;

    [GeneratedRegex("""#r "nuget: ([^,"]+), ([^"]+)"$""", RegexOptions.Multiline)]
    private static partial Regex Reference();
}
