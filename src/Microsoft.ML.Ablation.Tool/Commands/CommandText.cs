using System.Text.RegularExpressions;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Commands as a shell takes them.</summary>
internal static partial class CommandText
{
    /// <summary>A value of an option, in quotes where a shell would divide or change it.</summary>
    public static string Quote(string value) => Plain().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:\\=+,-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
