using System.IO.Compression;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>Saves and loads model files, whole or not at all.</summary>
internal static class ModelFile
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(MLContext ml, ITransformer model, DataViewSchema? schema, string path)
        => AtomicFile.Write(path, stream => ml.Model.Save(model, schema, stream));

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a model, or is damaged.</exception>
    public static ITransformer Load(MLContext ml, string path) => Load(ml, path, out _);

    /// <inheritdoc cref="Load(MLContext, string)"/>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">The schema that the model takes; null where its file has none.</param>
    public static ITransformer Load(MLContext ml, string path, out DataViewSchema? schema)
    {
        // An invalid variable must not be blamed on the file.
        _ = CpuFeatures.SupportsBFloat16;
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model file '{path}'; 'ablation train --out {path}' makes one.");
        if (Reading(path, () => MissingIn(path)) is [var (component, library), ..])
        {
            throw new InvalidDataException($"'{path}' is a model of ML.NET with a part '{component}' of {library}, which this tool does not have. It takes models that 'ablation train' makes, "
                + "and others of the parts of ML.NET itself, of LightGBM and of FastTree; use this one in a program that references its package.");
        }
        (ITransformer model, schema) = Reading(path, () => (ml.Model.Load(path, out DataViewSchema? stored), stored));
        return model;
    }

    /// <summary>Checks the file, and says which of its parts the tool does not have.</summary>
    private static IReadOnlyList<(string Component, string Library)> MissingIn(string path)
    {
        using ZipArchive archive = FileReadException.Named(path, () => ZipFile.OpenRead(path));
        return ModelArchive.Problem(archive) is { } problem ? throw new InvalidDataException(problem) : ModelComponents.Missing(archive);
    }

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not FileReadException && e.GetBaseException() is not TorchRuntimeException)
        {
            // ML.NET wraps what a component says of its part of the file, and its own loaders trip over a damaged one in any way.
            throw new InvalidDataException($"'{path}' is not a model, or it is damaged: {e.GetBaseException().Message}", e);
        }
    }
}
