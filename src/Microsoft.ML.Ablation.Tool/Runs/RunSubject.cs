using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A run whose model and data are read again.</summary>
/// <param name="Folder">The run's folder, as messages name it.</param>
/// <param name="Manifest">The run.</param>
internal sealed record RunSubject(string Folder, RunManifest Manifest)
{
    /// <summary>Loads the run's model, which votes on what the run voted on.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file that the user gave.</param>
    /// <param name="division">How its training divided the rows; null where the file does not say it.</param>
    /// <returns>The model, and the certifier in it; dispose the model, which owns the base classifier.</returns>
    /// <exception cref="InvalidDataException">The file is another model.</exception>
    public (ITransformer Model, SmoothedCertifierTransformer Certifier) LoadModel(MLContext ml, string path, out RowDivision? division)
    {
        if (Manifest.Table is not null)
            throw new InvalidDataException($"'{Folder}' certified rows of a table; 'ablation evaluate' and 'ablation report' take it, without model or data.");
        ITransformer loaded = ModelFile.Load(ml, path, out DataViewSchema? schema);
        division = RowDivision.Of(schema);
        return FileHash.Of(path) == Manifest.Model
            ? (loaded, Manifest.Restore(CertificationRun.FindCertifier(loaded)))
            : throw new InvalidDataException($"'{path}' is not the model that '{Folder}' certified (its SHA-256 is not {Manifest.Model}); give that one.");
    }

    /// <summary>The run's rows and those after them.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="rows">The data from its beginning.</param>
    public IDataView RowsOf(MLContext ml, IDataView rows) => Manifest.FirstRow > 0 ? ml.Data.SkipRows(rows, Manifest.FirstRow) : rows;
}
