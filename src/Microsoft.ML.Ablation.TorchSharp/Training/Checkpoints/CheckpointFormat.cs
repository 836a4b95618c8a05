using System.Text;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The storage format of the state of a training.</summary>
/// <remarks>
/// Little-endian throughout:
/// <code>
/// byte[8]   "ABLTRAIN"
/// int32     version, 1
/// fingerprint:
///   int32     number of entries
///   per entry: string name, string value (UTF-8 after its length in 7-bit groups, as BinaryWriter writes)
/// history:
///   int32     number of completed epochs
///   per epoch: float64 loss, base accuracy, validation loss, validation base accuracy (NaN without validation), learning rate, seconds
/// int64     number of steps
/// tensors   the network's parameters
/// tensors   the update rule's state
/// tensors   the averaged parameters; none without averaging
/// int32     epoch of the best weights; 0 if there are none, and then the next three are missing
///   float64   their validation accuracy
///   float64   their validation loss
///   tensors   the best weights
/// byte[32]  SHA-256 over all bytes before
///
/// tensors:
///   int32     number of tensors
///   per tensor: int32 number of values, float32[] values
/// </code>
/// </remarks>
internal static class CheckpointFormat
{
    public const int Version = 1;

    public static ReadOnlySpan<byte> Magic => "ABLTRAIN"u8;

    /// <summary>Writes everything but the checksum.</summary>
    public static void Write(Stream stream, TrainingCheckpoint checkpoint)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(checkpoint.Fingerprint.Entries.Count);
        foreach ((string name, string value) in checkpoint.Fingerprint.Entries)
        {
            writer.Write(name);
            writer.Write(value);
        }
        writer.Write(checkpoint.History.Count);
        foreach (EpochRecord record in checkpoint.History)
        {
            writer.Write(record.Loss);
            writer.Write(record.BaseAccuracy);
            writer.Write(record.ValidationLoss ?? double.NaN);
            writer.Write(record.ValidationAccuracy ?? double.NaN);
            writer.Write(record.LearningRate);
            writer.Write(record.Seconds);
        }
        writer.Write(checkpoint.Step);
        WriteTensors(writer, checkpoint.Weights);
        WriteTensors(writer, checkpoint.UpdateState);
        WriteTensors(writer, checkpoint.Averages ?? []);
        writer.Write(checkpoint.Best.Epoch);
        if (checkpoint.Best.Weights is { } best)
        {
            writer.Write(checkpoint.Best.Accuracy);
            writer.Write(checkpoint.Best.Loss);
            WriteTensors(writer, best);
        }
    }

    /// <summary>Reads everything after the magic and the version; the checksum has been verified.</summary>
    public static TrainingCheckpoint Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        return new TrainingCheckpoint
        {
            Fingerprint = new([.. Enumerable.Range(0, reader.ReadInt32())
                .Select(_ => KeyValuePair.Create(reader.ReadString(), reader.ReadString()))]),
            History = [.. Enumerable.Range(1, reader.ReadInt32())
                .Select(epoch => new EpochRecord(epoch, reader.ReadDouble(), reader.ReadDouble(), ReadOptional(reader), ReadOptional(reader),
                    reader.ReadDouble(), reader.ReadDouble()))],
            Step = reader.ReadInt64(),
            Weights = ReadTensors(reader),
            UpdateState = ReadTensors(reader),
            Averages = ReadTensors(reader) is { Length: > 0 } averages ? averages : null,
            Best = reader.ReadInt32() is > 0 and int epoch
                ? new BestWeights(epoch, reader.ReadDouble(), reader.ReadDouble(), ReadTensors(reader))
                : new BestWeights(),
        };
    }

    private static double? ReadOptional(BinaryReader reader) => reader.ReadDouble() is var value && double.IsNaN(value) ? null : value;

    private static void WriteTensors(BinaryWriter writer, float[][] tensors)
    {
        writer.Write(tensors.Length);
        foreach (float[] values in tensors)
        {
            writer.Write(values.Length);
            SingleValues.Write(writer, values);
        }
    }

    private static float[][] ReadTensors(BinaryReader reader) =>
        [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => SingleValues.Read(reader, reader.ReadInt32()))];
}
