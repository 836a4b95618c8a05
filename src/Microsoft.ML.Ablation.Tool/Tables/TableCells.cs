using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The cells of a table by what they are to a model.</summary>
/// <param name="table">The table.</param>
/// <param name="model">The model.</param>
internal sealed class TableCells(DelimitedTable table, TableModel model)
{
    private readonly TableColumn[] _attributes = [.. model.Columns.Where(column => column.Role != ColumnRole.Label)];
    private readonly int[] _places = [.. model.Columns.Where(column => column.Role != ColumnRole.Label).Select(column => table.IndexOf(column.Name))];
    private readonly int _label = table.IndexOf(model.Label.Name);

    /// <summary>Whether the true answers are known.</summary>
    public bool HasLabels => _label >= 0;

    /// <summary>How a run names the columns.</summary>
    public RunTable Names => new(model.Label.Name, [.. _attributes.Select(column => column.Name)]);

    /// <summary>The true answer of a row.</summary>
    public string LabelOf(long row) => table.Rows[(int)row].Cells[_label].Trim();

    /// <summary>What the model reads of a row: an empty text where it has no value.</summary>
    public string[] AttributesOf(long row)
    {
        string[] cells = table.Rows[(int)row].Cells;
        return [.. _attributes.Zip(_places, (attribute, place) => attribute.Role == ColumnRole.Text ? cells[place]
            : attribute.IsNumber && TableNumber.IsMissing(cells[place]) ? ""
            : cells[place].Trim())];
    }
}
