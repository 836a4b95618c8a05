namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Streams that are closed, full or broken, as shells make them.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class StreamTests
{
    private const string Bounds = "bounds -d 784 -k 45 --json";

    [TestMethod]
    [DataRow("bounds -d abc", "2>&-", 2, DisplayName = "an error with stderr closed")]
    [DataRow("evaluate --run nowhere", "2>&-", 2, DisplayName = "an error of the work with stderr closed")]
    [DataRow("bounds -d abc", "2>/dev/full", 2, DisplayName = "an error with stderr full")]
    [DataRow(Bounds, "2>&-", 0, DisplayName = "a result with stderr closed")]
    [DataRow(Bounds, ">/dev/full", 2, DisplayName = "a result with stdout full")]
    [DataRow(Bounds, "| head -c 1 >/dev/null; exit ${PIPESTATUS[0]}", 0, DisplayName = "a result that nobody reads to its end")]
    public void Nothing_crashes(string arguments, string redirection, int expected)
    {
        ToolProcess run = ToolProcess.Start("bash", Path.GetTempPath(), "-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "ablation.dll")}' {arguments} {redirection}");
        Assert.AreEqual(expected, run.ExitCode, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }
}
