using System.Security.Cryptography;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Orleans.Wire;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>Model files by their content: <c>HASH.zip</c>, from a folder that workers may share, or sent by a client. None is opened before its hash is verified.</summary>
internal sealed class ModelStore : IDisposable
{
    private readonly string _folder;
    private readonly TemporaryFolder? _temporary;
    private readonly bool _takesModels;
    private readonly long _largest;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Transfer> _transfers = [];

    /// <param name="folder">The folder; null for a temporary one, which is removed with this object.</param>
    /// <param name="takesModels">Whether clients may send models.</param>
    /// <param name="largestMegabytes">The largest file that is taken.</param>
    /// <exception cref="IOException">The folder is missing.</exception>
    public ModelStore(string? folder, bool takesModels, int largestMegabytes)
    {
        _temporary = folder is null ? new TemporaryFolder("ablation-models-") : null;
        _folder = _temporary?.FullName ?? Path.GetFullPath(folder!);
        if (!Directory.Exists(_folder))
            throw new DirectoryNotFoundException($"The folder of models '{_folder}' does not exist; create it, or leave it out.");
        _takesModels = takesModels;
        _largest = (long)largestMegabytes << 20;
    }

    /// <summary>The name under which a model's file is looked for.</summary>
    public static string NameOf(string model) => $"{model}.zip";

    /// <summary>The file of a model.</summary>
    /// <param name="model">Its hash.</param>
    /// <param name="refusal">Why there is none; null when a client may send it.</param>
    public string? Find(string model, out string? refusal)
    {
        refusal = null;
        if (!IsHash(model))
        {
            refusal = $"'{model}' is not a SHA-256 hash in hexadecimal digits.";
            return null;
        }
        string path = Path.Combine(_folder, NameOf(model));
        if (File.Exists(path))
        {
            string found = FileHash.Of(path);
            if (found == model)
                return path;
            refusal = $"'{path}' has the hash {found}: it is another model than its name says, or damaged. Remove it or copy it again.";
        }
        else if (!_takesModels)
        {
            refusal = $"there is no '{path}', and this worker takes no models from clients; copy the model file there under that name. "
                + "(The file holds no seed: one that does never leaves its client.)";
        }
        return null;
    }

    /// <summary>Takes a part of a file.</summary>
    /// <returns>Why the transfer ended without a model; null while all is well.</returns>
    public string? Put(ModelPart part)
    {
        if (!_takesModels)
            return "This worker takes no models from clients.";
        if (!IsHash(part.Model) || part.Offset < 0 || part.Length < 1 || part.Content.Length == 0)
            return "The part of a model is not one that a client of this version sends.";
        if (part.Length > _largest)
            return FormattableString.Invariant($"The model has {part.Length:N0} bytes; this worker takes at most {_largest:N0}.");
        lock (_lock)
        {
            if (part.Offset == 0)
            {
                DropUnfinished();
                _transfers.Add(part.Transfer, new Transfer(AtomicFile.Create(Path.Combine(_folder, NameOf(part.Model)))));
            }
            if (!_transfers.TryGetValue(part.Transfer, out Transfer? transfer) || transfer.File.Stream.Length != part.Offset
                || part.Offset + part.Content.Length > part.Length)
            {
                return "A part of the model came out of order.";
            }
            transfer.Add(part.Content);
            if (transfer.File.Stream.Length < part.Length)
                return null;
            _transfers.Remove(part.Transfer);
            using AtomicFile file = transfer.File;
            string found = transfer.Hash();
            if (found != part.Model)
                return $"The model that was sent has the hash {found}, but {part.Model} was announced; it is not kept.";
            file.Commit();
            return null;
        }
    }

    public void Dispose()
    {
        lock (_lock)
            DropUnfinished(TimeSpan.Zero);
        _temporary?.Dispose();
    }

    /// <summary>Drops transfers that clients gave up.</summary>
    private void DropUnfinished(TimeSpan? age = null)
    {
        foreach ((Guid id, Transfer transfer) in _transfers.ToArray())
        {
            if (transfer.Age < (age ?? TimeSpan.FromMinutes(10)))
                continue;
            _transfers.Remove(id);
            transfer.File.Dispose();
        }
    }

    private static bool IsHash(string model) => model.Length == 64 && model.All(char.IsAsciiHexDigitLower);

    private sealed class Transfer(AtomicFile file)
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _last = Environment.TickCount64;

        public AtomicFile File { get; } = file;

        public TimeSpan Age => TimeSpan.FromMilliseconds(Environment.TickCount64 - _last);

        public void Add(byte[] content)
        {
            _last = Environment.TickCount64;
            _hash.AppendData(content);
            File.Stream.Write(content);
        }

        public string Hash()
        {
            using (_hash)
                return Convert.ToHexStringLower(_hash.GetHashAndReset());
        }
    }
}
