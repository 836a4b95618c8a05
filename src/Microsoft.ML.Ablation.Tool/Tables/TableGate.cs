using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Keeps options of images away from tables, and those of tables away from images.</summary>
internal static class TableGate
{
    /// <exception cref="ArgumentException">An option is given that has no meaning for a table.</exception>
    /// <param name="parsed">The command line.</param>
    /// <param name="table">The table.</param>
    /// <param name="allowed">The names of the options that have one.</param>
    public static void RefuseOthers(ParseResult parsed, string table, IReadOnlyCollection<string> allowed)
    {
        if (Given(parsed).FirstOrDefault(name => !allowed.Contains(name)) is { } useless)
            throw new ArgumentException($"{useless} is given, but '{table}' is a table, for which it has no meaning; leave it out. Options of tables are {string.Join(", ", allowed)}.");
    }

    /// <exception cref="ArgumentException">An option of tables is given, but no table.</exception>
    /// <param name="parsed">The command line.</param>
    /// <param name="own">The options that are for tables alone.</param>
    public static void RequireTable(ParseResult parsed, IEnumerable<Option> own)
    {
        if (own.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new ArgumentException($"{given.Name} is for tables; give one as --data FILE, whose name ends in {string.Join(" or ", DelimitedFile.Endings)}, or leave it out.");
    }

    private static IEnumerable<string> Given(ParseResult parsed)
        => parsed.CommandResult.Command.Options.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);
}
