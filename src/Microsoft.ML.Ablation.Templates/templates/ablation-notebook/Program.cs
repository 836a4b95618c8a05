// Runs the cells of the notebook one after the other, as the kernel of a notebook does, and prints what they show; plots become SVG files.
// For a machine that has no such kernel, and to see that all cells still run. The notebook itself opens in any editor with a C# kernel for .NET 10.
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.ML.Ablation.Reports;

using JsonDocument notebook = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "notebook.ipynb")));
IEnumerable<string> assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
ScriptOptions options = ScriptOptions.Default.WithReferences(assemblies.Select(assembly => MetadataReference.CreateFromFile(assembly)));
ScriptState<object> state = await CSharpScript.RunAsync("", options);
int plots = 0;
foreach (JsonElement cell in notebook.RootElement.GetProperty("cells").EnumerateArray())
{
    string text = string.Concat(cell.GetProperty("source").EnumerateArray().Select(line => line.GetString()));
    if (cell.GetProperty("cell_type").GetString() == "markdown")
    {
        Console.WriteLine($"\n{text}\n");
        continue;
    }
    // The project has the packages.
    state = await state.ContinueWithAsync(string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("#r", StringComparison.Ordinal))));
    Console.WriteLine(state.ReturnValue switch
    {
        null => "",
        CertifiedPlot plot => Save(plot, $"plot-{++plots}.svg"),
        Array values => string.Join(", ", values.Cast<object>()),
        var value => value,
    });
}

static string Save(CertifiedPlot plot, string path)
{
    plot.Save(path);
    return $"[{path}]";
}
