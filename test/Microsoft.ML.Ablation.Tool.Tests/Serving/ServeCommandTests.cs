using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Tool.Tests.Datasets;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary><c>ablation serve</c> as a command.</summary>
[TestClass]
public sealed class ServeCommandTests
{
    [TestMethod]
    public async Task It_serves_until_it_is_stopped()
    {
        using Process process = Start();
        try
        {
            using var client = new HttpClient();
            string page = await client.GetStringAsync(await AddressAsync(process));
            StringAssert.Contains(page, "<title>Certified answers</title>");
            using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])!;
            Assert.AreEqual("Stopped.", await process.StandardError.ReadToEndAsync() is var said ? said.Trim() : "");
            await process.WaitForExitAsync();
            Assert.AreEqual(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    [LongTest("builds and runs a sample")]
    public async Task The_sample_of_many_clients_finds_the_answers_of_one()
    {
        using Process process = Start();
        try
        {
            string address = (await AddressAsync(process)).ToString();
            ToolProcess load = ToolProcess.Start("dotnet", ServedTestModels.Folder, "run", "-c", "Release", Path.Combine(ToolProcess.RepositoryRoot, "docs", "samples", "load-service.cs"), "--",
                "--url", address, "--clients", "8", "--seconds", "2", "--rows", "20", "--process", $"{process.Id}");
            Assert.AreEqual(0, load.ExitCode, load.Output + load.Error);
            StringAssert.Matches(load.Output, new Regex(@"^20 rows, \d+ different answers\r?\n8 clients for \d+\.\d s: \d+ answers, \d+ a second, 0 not as alone\r?\np50 .* ms, p99 .* ms, "));
            StringAssert.Contains(load.Output, "memory of the service: ");
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "ablation.dll"), "serve", "--model", ServedTestModels.Houses, "--data", "houses.csv", "--urls", "http://127.0.0.1:0"])
    {
        WorkingDirectory = ServedTestModels.Folder,
        RedirectStandardError = true,
    })!;

    private static async Task<Uri> AddressAsync(Process process)
    {
        string line = await process.StandardError.ReadLineAsync() ?? "";
        StringAssert.StartsWith(line, "Serving 'houses.zip' at http://127.0.0.1:");
        return new Uri(line.Split(' ')[3]);
    }

    [TestMethod]
    public void What_cannot_be_served_is_told_in_a_line()
    {
        PictureFolder.WriteTo(Path.Combine(ServedTestModels.Folder, "others"), count: 1);
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        _ = ServedTestModels.Houses;
        foreach ((string told, string[] options) in new (string, string[])[]
        {
            ("--urls is '127.0.0.1:5000'; it must be http://ADDRESS:PORT", ["--model", ServedTestModels.Digits, "--urls", "127.0.0.1:5000"]),
            ("--urls is 'https://127.0.0.1'; it must be http://ADDRESS:PORT", ["--model", ServedTestModels.Digits, "--urls", "https://127.0.0.1"]),
            ("There is no model file 'nowhere.zip'", ["--model", "nowhere.zip"]),
            ("is not a model, or it is damaged", ["--model", "houses.csv"]),
            ("is a model of images, but 'houses.csv' is a table", ["--model", ServedTestModels.Digits, "--data", "houses.csv"]),
            ("is a model of tables; give --data with a file", ["--model", ServedTestModels.Houses, "--data", "others"]),
            ("are none that the model takes", ["--model", ServedTestModels.Digits, "--data", "others"]),
            ("address already in use", ["--model", ServedTestModels.Digits, "--generated", "--urls", $"http://{taken.LocalEndpoint}"]),
        })
        {
            ToolProcess process = ToolProcess.Ablation(ServedTestModels.Folder, ["serve", .. options, "-q"]);
            Assert.AreEqual(ExitCode.BadInput, process.ExitCode, process.Error);
            StringAssert.Contains(process.Error, told);
            Assert.HasCount(1, process.Error.TrimEnd().Split('\n'), process.Error);
        }
    }
}
