namespace Microsoft.ML.Ablation.Tests;

/// <summary>
/// Tests that can be run at two sizes run small by default; with the environment variable ABLATION_LONG_TESTS=1 they take minutes.
/// </summary>
internal static class LongTests
{
    public const string Variable = "ABLATION_LONG_TESTS";

    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Skips a case of a test that has shorter ones, unless long tests are wanted.</summary>
    public static void Require(string reason)
    {
        if (!AreWanted)
            Assert.Inconclusive(Skipped(reason));
    }

    /// <summary>What is said of a test that is skipped.</summary>
    public static string Skipped(string reason) => $"Takes long ({reason}); {Variable}=1 runs it.";
}
