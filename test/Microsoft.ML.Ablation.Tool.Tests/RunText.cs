using System.Text.RegularExpressions;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>The files of runs, to be compared.</summary>
internal static partial class RunText
{
    /// <summary>A file without the seconds that rows took, and the checksums over them.</summary>
    public static string WithoutSeconds(string folder, string run, string file)
        => WithoutSum(Seconds().Replace(File.ReadAllText(Path.Combine(folder, run, file)), ""));

    /// <summary>Records without their checksums.</summary>
    public static string WithoutSum(string records) => SumAtEnd().Replace(records, "}");

    [GeneratedRegex("\"seconds\":[0-9.E-]+")]
    private static partial Regex Seconds();

    [GeneratedRegex(",\"sum\":\"[0-9a-f]+\"}", RegexOptions.Multiline)]
    private static partial Regex SumAtEnd();
}
