using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>Loads a model with plain ML.NET in a process of its own.</summary>
internal static class FreshProcess
{
    /// <summary>Transforms rows there.</summary>
    /// <param name="ml">The context here.</param>
    /// <param name="model">The model, which is saved for it.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="network">The name under which the process registers a network; null: it registers nothing.</param>
    /// <returns>Its exit code, what it wrote as errors, and every line of its report but the header, none when it failed.</returns>
    public static (int ExitCode, string Errors, string[] Report) Transform(MLContext ml, ITransformer model, IDataView rows, string? network = null)
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            ml.Model.Save(model, rows.Schema, Path.Combine(folder, "model.zip"));
            using (FileStream file = File.Create(Path.Combine(folder, "rows.idv")))
                ml.Data.SaveAsBinary(rows, file);
            string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Ablation.FreshProcess.dll");
            string[] registered = network is null ? [] : [network];
            var start = new ProcessStartInfo("dotnet", [program, "model.zip", "rows.idv", "report.txt", .. registered])
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            int count = rows.GetColumn<float[]>("Features").Count();
            string[] report = process.ExitCode == 0 ? File.ReadAllLines(Path.Combine(folder, "report.txt"))[^count..] : [];
            return (process.ExitCode, errors, report);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
