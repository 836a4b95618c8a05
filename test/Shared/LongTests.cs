namespace Microsoft.ML.Ablation.Tests;

/// <summary>
/// Tests that can be run at two sizes run small by default; with the environment variable ABLATION_LONG_TESTS=1 they take minutes.
/// </summary>
internal static class LongTests
{
    public const string Variable = "ABLATION_LONG_TESTS";

    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable(Variable) == "1";
}
