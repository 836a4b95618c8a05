using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Figures with their titles, one below the other.</summary>
internal static class FiguresTable
{
    /// <summary>Prints them.</summary>
    public static void Print(IAnsiConsole console, string head, IEnumerable<(string Title, string Value)> figures)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(head).AddColumn(new Spectre.Console.TableColumn("").RightAligned());
        foreach ((string title, string value) in figures)
            table.AddRow(Markup.Escape(title), Markup.Escape(value));
        console.Write(table);
    }
}
