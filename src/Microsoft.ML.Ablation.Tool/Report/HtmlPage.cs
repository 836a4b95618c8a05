using System.Text;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>A page that needs nothing but itself, on a phone, on paper, light and dark.</summary>
internal sealed class HtmlPage
{
    // Letters of both are 14 high: the wide drawing is shown where the page is wide, the narrow one on a phone.
    private const int WideWidth = 960, WideHeight = 380, NarrowWidth = 420, NarrowHeight = 340;

    private static readonly Lazy<string> s_style = new(() =>
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    });

    private readonly StringBuilder _html = new();

    /// <summary>A page with its title.</summary>
    public HtmlPage(string title) => _html.Append($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Encode(title)}</title>
        <link rel="icon" href="data:,">
        <style>
        {s_style.Value}
        </style>
        </head>
        <body>
        <main>
        <h1>{Encode(title)}</h1>

        """);

    /// <summary>Adds markup.</summary>
    public void Add(string html) => _html.Append(html);

    /// <summary>Adds a section.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="content">Adds what is in it.</param>
    public void Section(string heading, Action content)
    {
        _html.Append($"<section><h2>{Encode(heading)}</h2>\n");
        content();
        _html.Append("</section>\n");
    }

    /// <summary>Adds sentences, each with its title.</summary>
    public void Explanation(IEnumerable<(string Title, string Text)> parts)
    {
        _html.Append("<div class=\"explained\">\n");
        foreach ((string title, string text) in parts)
            _html.Append($"<p><b>{Encode(title)}</b> {Encode(text)}</p>\n");
        _html.Append("</div>\n");
    }

    /// <summary>Adds parts that stand side by side where the page is wide.</summary>
    public void SideBySide(params ReadOnlySpan<Action> parts)
    {
        _html.Append("<div class=\"pair\">\n");
        foreach (Action part in parts)
            part();
        _html.Append("</div>\n");
    }

    /// <summary>Adds a table, which scrolls in its own box where it is wider than the page.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="head">The heads of the columns; an empty one has none.</param>
    /// <param name="rows">The rows, the first cell of each its head.</param>
    /// <param name="style">A class of its own; null for none.</param>
    public void Table(string caption, IReadOnlyList<string> head, IEnumerable<string[]> rows, string? style = null)
    {
        _html.Append($"<div class=\"wide{(head.Count <= 2 ? " two" : "")}{(style is null ? "" : $" {style}")}\" tabindex=\"0\" role=\"region\" aria-label=\"{Encode(caption)}\"><table><caption>{Encode(caption)}</caption>");
        if (head.Count > 0)
        {
            _html.Append("<thead><tr>");
            foreach (string cell in head)
                _html.Append(cell.Length == 0 ? "<td></td>" : $"<th scope=\"col\">{Encode(cell)}</th>");
            _html.Append("</tr></thead>");
        }
        _html.Append("\n<tbody>\n");
        foreach (string[] row in rows)
        {
            _html.Append($"<tr><th scope=\"row\">{Encode(row[0])}</th>");
            foreach (string cell in row[1..])
                _html.Append($"<td>{Encode(cell)}</td>");
            _html.Append("</tr>\n");
        }
        _html.Append("</tbody></table></div>\n");
    }

    /// <summary>Adds a section with a plot, drawn for wide and for narrow pages.</summary>
    public void Plot(ReportPlot plot) => Section(plot.Plot.Title, () => Figure(plot));

    /// <summary>Adds a plot, drawn for wide and for narrow pages.</summary>
    public void Figure(ReportPlot plot) => _html.Append($"<figure class=\"plot\"><div class=\"on-wide\">{plot.Plot.ToInlineSvg(plot.Name, WideWidth, WideHeight)}</div>")
        .Append($"<div class=\"on-narrow\">{plot.Plot.ToInlineSvg(plot.Name + "-narrow", NarrowWidth, NarrowHeight)}</div>")
        .Append($"<figcaption>{Encode(plot.Plot.Description)}</figcaption></figure>\n");

    /// <summary>Adds rows of a table as cards: what is said of each, and its attributes.</summary>
    /// <param name="cards">A title, lines about the row, and its attributes with their values.</param>
    public void Cards(IEnumerable<RowCard> cards)
    {
        _html.Append("<div class=\"cards\">\n");
        foreach (RowCard card in cards)
        {
            _html.Append("<div class=\"card\">\n");
            Table(card.Title, [], [.. card.Lines.Select(line => (string[])[line.Name, line.Value])], "said");
            if (card.Attributes is [var (_, text)])
                _html.Append($"<p class=\"text\">{Encode(text)}</p>\n");
            else
                Table(FormattableString.Invariant($"{card.Attributes.Count} attributes"), [], card.Attributes.Select(attribute => (string[])[attribute.Name, attribute.Value.Length == 0 ? "missing" : attribute.Value]), "attributes");
            _html.Append("</div>\n");
        }
        _html.Append("</div>\n");
    }

    /// <summary>The whole page.</summary>
    public string End() => _html.Append("</main>\n</body>\n</html>\n").ToString();

    /// <summary>Text as markup; the page is in UTF-8, and needs no other characters escaped.</summary>
    public static string Encode(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
