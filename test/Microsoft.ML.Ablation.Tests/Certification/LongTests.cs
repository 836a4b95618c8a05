namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>
/// Tests that can be run at two sizes run small by default; with the environment variable ABLATION_LONG_TESTS=1 they take minutes.
/// </summary>
internal static class LongTests
{
    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable("ABLATION_LONG_TESTS") == "1";
}
