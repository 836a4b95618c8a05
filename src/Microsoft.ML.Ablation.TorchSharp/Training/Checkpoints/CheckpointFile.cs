using System.Security.Cryptography;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The file with the state of a training; replaced atomically after every epoch.</summary>
/// <param name="path">Its path.</param>
/// <param name="fingerprint">The training that reads and writes it.</param>
internal sealed class CheckpointFile(string path, TrainingFingerprint fingerprint)
{
    private const int ChecksumBytes = SHA256.HashSizeInBytes;

    /// <summary>The fingerprint of this training.</summary>
    public TrainingFingerprint Fingerprint => fingerprint;

    /// <summary>Replaces the file by a checkpoint, atomically.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(TrainingCheckpoint checkpoint) => AtomicFile.Write(path, stream =>
    {
        using var sha = SHA256.Create();
        using (var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true))
            CheckpointFormat.Write(hashed, checkpoint);
        stream.Write(sha.Hash!);
    });

    /// <summary>Reads the checkpoint; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, has another version, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">It belongs to another training.</exception>
    public TrainingCheckpoint? Read()
    {
        if (!File.Exists(path))
            return null;
        using FileStream stream = File.OpenRead(path);
        CheckHeader(stream);
        CheckSum(stream);
        stream.Position = CheckpointFormat.Magic.Length + sizeof(int);
        TrainingCheckpoint checkpoint = CheckpointFormat.Read(stream);
        return fingerprint.DifferencesFrom(checkpoint.Fingerprint) is { } differences
            ? throw new InvalidOperationException($"The checkpoint '{path}' belongs to another training: {differences}. Train with the stored values, "
                + "delete the file to start again, or choose another CheckpointPath.")
            : checkpoint;
    }

    private void CheckHeader(FileStream stream)
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.Magic.Length + sizeof(int)];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length || !header.StartsWith(CheckpointFormat.Magic))
            throw new InvalidDataException($"The file '{path}' is not a checkpoint of a training, or its header is damaged. {Remedy}");
        int version = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(header[CheckpointFormat.Magic.Length..]);
        if (version != CheckpointFormat.Version)
        {
            throw new InvalidDataException(
                $"The checkpoint '{path}' has version {version}, but this version of the library reads version {CheckpointFormat.Version}. {Remedy}");
        }
    }

    private void CheckSum(FileStream stream)
    {
        long content = stream.Length - ChecksumBytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        stream.Position = 0;
        for (long left = content; left > 0;)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
                break;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }
        Span<byte> stored = stackalloc byte[ChecksumBytes];
        if (content < 0 || stream.ReadAtLeast(stored, ChecksumBytes, throwOnEndOfStream: false) < ChecksumBytes
            || !stored.SequenceEqual(hash.GetHashAndReset()))
        {
            throw new InvalidDataException($"The checkpoint '{path}' is damaged: its checksum does not match its content. {Remedy}");
        }
    }

    private const string Remedy = "Delete the file to start again, or choose another CheckpointPath.";
}
