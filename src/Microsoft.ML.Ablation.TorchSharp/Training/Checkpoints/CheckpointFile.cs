using System.Security.Cryptography;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The file in which a training keeps its state; replaced as a whole after every epoch.</summary>
/// <param name="path">Where it is.</param>
/// <param name="fingerprint">The training that reads and writes it.</param>
internal sealed class CheckpointFile(string path, TrainingFingerprint fingerprint)
{
    private const int ChecksumBytes = SHA256.HashSizeInBytes;

    /// <summary>What this training writes.</summary>
    public TrainingFingerprint Fingerprint => fingerprint;

    /// <summary>Writes a checkpoint beside the file, flushes it to the disk and gives it the file's name.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(TrainingCheckpoint checkpoint) => AtomicFile.Write(path, stream =>
    {
        using var sha = SHA256.Create();
        using (var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true))
            CheckpointFormat.Write(hashed, checkpoint);
        stream.Write(sha.Hash!);
    });

    /// <summary>Reads the checkpoint; null when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is none, is of another version, or is damaged.</exception>
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
            ? throw new InvalidOperationException($"The checkpoint '{path}' belongs to another training: {differences}. Train with what is stored, "
                + "delete the file to begin anew, or give another CheckpointPath.")
            : checkpoint;
    }

    private void CheckHeader(FileStream stream)
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.Magic.Length + sizeof(int)];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length || !header.StartsWith(CheckpointFormat.Magic))
            throw new InvalidDataException($"The file '{path}' is no checkpoint of a training, or its beginning is damaged. {Remedy}");
        int version = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(header[CheckpointFormat.Magic.Length..]);
        if (version != CheckpointFormat.Version)
        {
            throw new InvalidDataException(
                $"The checkpoint '{path}' has version {version}, but version {CheckpointFormat.Version} is needed. {Remedy}");
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
            throw new InvalidDataException($"The checkpoint '{path}' is damaged: its checksum does not fit its content. {Remedy}");
        }
    }

    private const string Remedy = "Delete the file to begin anew, or give another CheckpointPath.";
}
