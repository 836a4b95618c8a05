using System.Text.RegularExpressions;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Commands as a shell takes them.</summary>
internal static partial class CommandText
{
    /// <summary>A value of an option, in quotes where a shell would divide or change it.</summary>
    public static string Quote(string value) => Plain().IsMatch(value) ? value : $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>How the user calls this program: by its name, or where it runs from its sources by the command that does that.</summary>
    public static string Program()
    {
        // Of src/Microsoft.ML.Ablation.Tool/bin/Release/net10.0.
        string project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        return File.Exists(Path.Combine(project, "Microsoft.ML.Ablation.Tool.csproj"))
            ? $"dotnet run -c Release --project {Quote(Path.GetRelativePath(Environment.CurrentDirectory, project))} --"
            : "ablation";
    }

    [GeneratedRegex(@"^[\w./:\\=+,-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
