using System.Collections.Concurrent;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>The files of the models whose votes workers count, by their hash.</summary>
internal sealed class ModelFiles : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _files = new();
    private readonly Lazy<TemporaryFolder> _folder = new(() => new TemporaryFolder("ablation-client-"));
    private int _saved;

    /// <summary>Saves a certifier without its seed; the file lives as long as this object.</summary>
    /// <returns>The hash of the file.</returns>
    public string Add(SmoothedCertifierTransformer certifier)
    {
        string file = Path.Combine(_folder.Value.FullName, FormattableString.Invariant($"{Interlocked.Increment(ref _saved)}.zip"));
        WorkerModel.Save(certifier, file);
        return Add(file);
    }

    /// <summary>Adds a file that holds no seed and is sent as it is.</summary>
    /// <returns>The hash of the file.</returns>
    public string Add(string file)
    {
        string hash = FileHash.Of(file);
        _files[hash] = file;
        return hash;
    }

    /// <summary>Opens the file of a model that was added.</summary>
    public FileStream Open(string model) => new(_files[model], FileMode.Open, FileAccess.Read, FileShare.Read);

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Dispose();
    }
}
