using Microsoft.ML.Ablation.Images;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>A certified model of tables: its chain, and what its file says of the table that it takes.</summary>
/// <param name="chain">The chain; this owns it.</param>
/// <param name="columns">The columns that it reads, and its label.</param>
internal sealed class TableModel(ITransformer chain, IReadOnlyList<TableColumn> columns) : IDisposable
{
    /// <summary>What makes such models.</summary>
    public const string Maker = "'ablation train --data FILE.csv --label NAME'";

    /// <summary>The chain.</summary>
    public ITransformer Chain => chain;

    /// <summary>The columns that it reads, and its label.</summary>
    public IReadOnlyList<TableColumn> Columns => columns;

    /// <summary>What it predicts.</summary>
    public TableColumn Label { get; } = columns.Single(column => column.Role == ColumnRole.Label);

    /// <summary>How its training divided the rows; null where its file does not say it.</summary>
    public RowDivision? Division { get; init; }

    /// <summary>The attributes that it reads.</summary>
    public int Attributes => columns.Count(column => column.Role is not (ColumnRole.Label or ColumnRole.Unread));

    /// <summary>The task that it was trained for.</summary>
    public TableTaskKind Kind => Regressor is not null ? TableTaskKind.Regression : columns.Any(column => column.Role == ColumnRole.Text) ? TableTaskKind.Text : TableTaskKind.Classification;

    /// <summary>Its smoothed regressor; null where it classifies.</summary>
    public SmoothedRegressorTransformer? Regressor => RegressorOf(chain);

    /// <summary>Its smoothed certifier; null where it is a regressor.</summary>
    public SmoothedCertifierTransformer? Certifier => CertifierChain.Find(chain);

    /// <summary>Whether its masks are fixed.</summary>
    public bool IsFixed => Regressor is { } regressor ? regressor.RetainedCount is null : Certifier!.Classifier.Ablation is MaskAblationTransformer or WordPartitionAblationTransformer;

    /// <summary>Whether words go to masks by what they are, so that radii count inserted, deleted and moved words, and a replaced one twice.</summary>
    public bool IsByWord => Certifier?.Classifier.Ablation is WordPartitionAblationTransformer { By: PartitionBy.Word };

    /// <summary>What is certified against.</summary>
    public string Against => Kind != TableTaskKind.Text ? Unit.Against : IsByWord ? "inserted, deleted and moved words" : "replaced words";

    /// <summary>What a certified radius counts.</summary>
    public RadiusUnit Unit => Kind != TableTaskKind.Text ? RadiusUnit.Attributes : IsByWord ? RadiusUnit.WordEdits : RadiusUnit.Words;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model of tables.</exception>
    public static TableModel Load(MLContext ml, string path, string table)
    {
        ITransformer chain = ModelFile.Load(ml, path, out DataViewSchema? schema);
        if (From(chain, schema) is { } model)
            return model;
        (chain as IDisposable)?.Dispose();
        throw new InvalidDataException($"'{table}' is a table, but '{path}' is no model of tables: it {Refusal(chain, schema)}; give a model that {Maker} made, or with --data a folder of images.");
    }

    /// <summary>What the columns of a table are to a model, as its file says or as its answer tells; null where it is no certified model of tables.</summary>
    private static IReadOnlyList<TableColumn>? ColumnsOf(ITransformer chain, DataViewSchema? schema) => schema is not null && IsCertified(chain)
        && !CertifierChain.Parts(chain).Any(part => part is LoadImageFilesTransformer or ImageLoadingTransformer)
        ? TableColumn.From(schema) ?? new ProgramColumns(chain, schema).Find()
        : null;

    /// <summary>Why a model is none of tables.</summary>
    public static string Refusal(ITransformer chain, DataViewSchema? schema)
    {
        if (!IsCertified(chain))
            return $"has no certifier, only {CertificationRun.PartsOf(chain)}, and nothing is certified of its answers";
        string takes = schema is null ? "does not say what it takes" : $"takes {string.Join(", ", schema.Take(5).Select(column => $"'{column.Name}' ({column.Type})"))}{(schema.Count > 5 ? ", …" : "")}";
        return $"{takes}, and of a table only numbers (Single) and texts are read, of which one is the label";
    }

    /// <summary>A chain as a model of tables; null where it is none.</summary>
    /// <param name="chain">The chain; the model owns it.</param>
    /// <param name="schema">What its file says of its input.</param>
    public static TableModel? From(ITransformer chain, DataViewSchema? schema)
    {
        chain = UpToCertificate(chain);
        return ColumnsOf(chain, schema) is { } columns ? new TableModel(chain, columns) { Division = RowDivision.Of(schema) } : null;
    }

    /// <summary>A chain without what follows its smoothed certifier or regressor, such as the conversion of the answer to a text; the same where nothing does.</summary>
    public static ITransformer UpToCertificate(ITransformer chain)
    {
        ITransformer[] parts = [.. CertifierChain.Parts(chain)];
        int last = Array.FindIndex(parts, IsSmoothed);
        return last < 0 || last == parts.Length - 1 ? chain : new TransformerChain<ITransformer>(parts[..(last + 1)]);
    }

    /// <summary>Refuses a model of tables where images are asked for.</summary>
    /// <exception cref="InvalidDataException">It is one.</exception>
    public static void RefuseFor(string path, DataViewSchema? schema)
    {
        if (TableColumn.From(schema) is { } columns)
        {
            throw new InvalidDataException($"'{path}' is a model of tables, which predicts '{columns.Single(column => column.Role == ColumnRole.Label).Name}' from {columns.Count - 1} columns; "
                + "give a table with 'ablation certify --data FILE.csv', or a model of images.");
        }
    }

    private static bool IsCertified(ITransformer chain) => CertifierChain.Parts(chain).Any(IsSmoothed);

    private static bool IsSmoothed(ITransformer part) => part is SmoothedCertifierTransformer or SmoothedRegressorTransformer;

    /// <summary>The smoothed regressor of a chain; null where it has none.</summary>
    public static SmoothedRegressorTransformer? RegressorOf(ITransformer chain) => CertifierChain.Parts(chain).OfType<SmoothedRegressorTransformer>().FirstOrDefault();

    /// <summary>A chain with another smoothed certifier or regressor.</summary>
    public static ITransformer With(ITransformer chain, ITransformer smoothed)
        => new TransformerChain<ITransformer>([.. CertifierChain.Parts(chain).Select(part => IsSmoothed(part) ? smoothed : part)]);

    /// <summary>The same model with another smoothed certifier or regressor.</summary>
    public TableModel With(ITransformer smoothed) => new(With(chain, smoothed), columns) { Division = Division };

    /// <summary>Frees the chain.</summary>
    public void Dispose() => (chain as IDisposable)?.Dispose();
}
