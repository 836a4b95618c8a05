using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Predicting;

/// <summary>A model with the files that it is asked about: image files, or tables.</summary>
/// <param name="ml">The context.</param>
/// <param name="console">Says what may surprise.</param>
/// <param name="path">The model's file.</param>
internal sealed class AskedModel(MLContext ml, ToolConsole console, string path)
{
    /// <summary>The rows of files, as the model takes them.</summary>
    /// <param name="files">Tables, or image files.</param>
    /// <param name="isInverted">Whether light and dark of images are exchanged.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The files are not what the model takes.</exception>
    /// <exception cref="ArgumentException">There is more than one table, or tables are to be inverted.</exception>
    public AskedRows Read(IReadOnlyList<string> files, bool isInverted)
    {
        ITransformer chain = ModelFile.Load(ml, path, out DataViewSchema? schema);
        try
        {
            return TableModel.From(chain, schema) is { } model
                ? OfTable(model, files, isInverted)
                : OfImages(TableModel.UpToCertificate(chain), schema, files, isInverted);
        }
        catch
        {
            (chain as IDisposable)?.Dispose();
            throw;
        }
    }

    private AskedRows OfImages(ITransformer chain, DataViewSchema? schema, IReadOnlyList<string> files, bool isInverted) => files.FirstOrDefault(DelimitedFile.IsTable) is { } table
        ? throw new InvalidDataException($"'{table}' is a table, but '{path}' is no model of tables: it {TableModel.Refusal(chain, schema)}; give a model that {TableModel.Maker} made, or image files to a model of images.")
        : new AskedImages(ml, console) { IsInverted = isInverted }.Of(chain, schema, path, files);

    private AskedRows OfTable(TableModel model, IReadOnlyList<string> files, bool isInverted)
    {
        if (isInverted)
            throw new ArgumentException($"--invert is for images, but '{path}' is a model of tables; leave it out.");
        if (files.FirstOrDefault(file => !DelimitedFile.IsTable(file)) is { } other)
        {
            throw new InvalidDataException($"'{path}' is a model of tables, which predicts '{model.Label.Name}', but '{other}' is no table; give a file that ends in "
                + $"{string.Join(" or ", DelimitedFile.Endings)}.");
        }
        if (files.Count > 1)
            throw new ArgumentException($"{files.Count} tables are given; give one.");
        DelimitedTable table = DelimitedFile.Read(files[0]);
        return new AskedRows(model.Chain, new TableView(table, model.Columns), [.. table.Rows.Select(row => FormattableString.Invariant($"{files[0]}, line {row.Line}"))], model.Against,
            model.Unit.Change, model.Label.Name);
    }
}
