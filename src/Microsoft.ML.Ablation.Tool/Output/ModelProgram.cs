using System.Text;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Writes the C# that loads a model and certifies a row: a whole program.</summary>
internal static class ModelProgram
{
    /// <summary>For a model of image files.</summary>
    /// <param name="model">The model file.</param>
    public static string OfImageFiles(string model) => Write(model, "Microsoft.ML.Ablation.TorchSharp, TorchSharp-cpu, Microsoft.ML.Ablation.Images", "Photo", "ImagePath = \"photo.png\"",
        [
            "    public string ImagePath { get; set; } = \"\";",
            "    public string Label { get; set; } = \"\";   // for training; leave it empty",
        ], OfClasses("pixels"));

    /// <summary>For a model of a table.</summary>
    /// <param name="model">The model file.</param>
    /// <param name="columns">The columns that it reads, and its label.</param>
    /// <param name="example">A row of the table, for its values: the cell of a column, by name.</param>
    public static string OfTable(string model, IReadOnlyList<TableColumn> columns, Func<string, string> example)
    {
        string[] names = IdentifiersOf(columns);
        TableColumn label = columns.Single(column => column.Role == ColumnRole.Label);
        IEnumerable<string> values = columns.Index().Where(column => column.Item.Role != ColumnRole.Label)
            .Select(column => $"{names[column.Index]} = {Literal(column.Item, example(column.Item.Name))}");
        return Write(model, "Microsoft.ML.Ablation, Microsoft.ML.LightGbm", "TableRow", string.Join(", ", values),
            columns.Index().SelectMany(column => Property(column.Item, names[column.Index])),
            label.IsNumber ? s_ofNumbers : OfClasses(columns.Any(column => column.Role == ColumnRole.Text) ? "words" : "attributes"));
    }

    /// <summary>What a program says of a row, what it reads for that, and what comes before.</summary>
    private sealed record Answer(string[] Columns, string Text, bool HasClass);

    private static readonly Answer s_ofNumbers = new(
        ["    public float Score { get; set; }", "    public float[] CertifiedLower { get; set; } = [];   // for 0, 1, … changed attributes", "    public float[] CertifiedUpper { get; set; } = [];"],
        "{answer.Score}; with one attribute falsified from {answer.CertifiedLower[1]} to {answer.CertifiedUpper[1]}", HasClass: false);

    private static Answer OfClasses(string unit) => new(
        ["    public string? PredictedLabel { get; set; }   // empty where the model abstains", "    public int CertifiedRadius { get; set; }      // −1 where nothing is certified"],
        $"{{answer.PredictedLabel}}, whatever becomes of {{answer.CertifiedRadius}} {unit}", HasClass: true);

    private static string Write(string model, string packages, string type, string values, IEnumerable<string> properties, Answer answer)
    {
        var code = new StringBuilder();
        code.AppendLine($"// Packages: {packages}.").AppendLine("using Microsoft.ML;").AppendLine("using Microsoft.ML.Data;").AppendLine()
            .AppendLine("var ml = new MLContext();")
            .AppendLine($"ITransformer model = ml.Model.Load({Quoted(model)}, out _);")
            .AppendLine($"IDataView rows = ml.Data.LoadFromEnumerable([new {type} {{ {values} }}]);")
            .AppendLine("IDataView certified = model.Transform(rows);");
        if (answer.HasClass)
            code.AppendLine("certified = ml.Transforms.Conversion.MapKeyToValue(\"PredictedLabel\").Fit(certified).Transform(certified);");
        code.AppendLine("foreach (CertifiedAnswer answer in ml.Data.CreateEnumerable<CertifiedAnswer>(certified, reuseRowObject: false))")
            .AppendLine($"    Console.WriteLine($\"{answer.Text}\");").AppendLine()
            .AppendLine($"internal sealed class {type}").AppendLine("{");
        foreach (string line in properties)
            code.AppendLine(line);
        code.AppendLine("}").AppendLine().AppendLine("internal sealed class CertifiedAnswer").AppendLine("{");
        foreach (string line in answer.Columns)
            code.AppendLine(line);
        return code.Append('}').ToString().ReplaceLineEndings("\n");
    }

    private static IEnumerable<string> Property(TableColumn column, string name)
    {
        if (name != column.Name)
            yield return $"    [ColumnName({Quoted(column.Name)})]";
        string remark = column.Role == ColumnRole.Label ? "   // what is predicted; leave it out" : "";
        yield return column.IsNumber ? $"    public float {name} {{ get; set; }}{remark}" : $"    public string {name} {{ get; set; }} = \"\";{remark}";
    }

    /// <summary>A name in C# for each column, all different.</summary>
    private static string[] IdentifiersOf(IReadOnlyList<TableColumn> columns)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { "TableRow" };
        return [.. columns.Select(column =>
        {
            string plain = string.Concat(column.Name.Split([.. column.Name.Where(c => !char.IsAsciiLetterOrDigit(c) && c != '_')], StringSplitOptions.RemoveEmptyEntries)
                .Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
            if (plain.Length == 0 || char.IsAsciiDigit(plain[0]))
                plain = $"Column{plain}";
            string name = plain;
            for (int i = 2; !taken.Add(name); i++)
                name = FormattableString.Invariant($"{plain}_{i}");
            return name;
        })];
    }

    private static string Literal(TableColumn column, string cell)
        => !column.IsNumber ? Quoted(column.Role == ColumnRole.Text ? cell : cell.Trim()) : TableNumber.TryRead(cell.Trim(), out float value) ? FormattableString.Invariant($"{value:R}f") : "float.NaN";

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
            quoted.Append(c is '"' or '\\' ? $"\\{c}" : char.IsControl(c) || c > '~' && !char.IsLetterOrDigit(c) ? FormattableString.Invariant($"\\u{(int)c:x4}") : $"{c}");
        return quoted.Append('"').ToString();
    }
}
