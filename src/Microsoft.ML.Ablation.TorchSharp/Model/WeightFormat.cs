using System.Text;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The storage format of a network's weights.</summary>
/// <remarks>
/// Little-endian throughout:
/// <code>
/// byte[8]   "ABLNET01"
/// int32     number of parameters
/// per parameter, in the network's order:
///   string    name (UTF-8 after its length in 7-bit groups, as BinaryWriter writes)
///   int32     number of dimensions
///   int32[]   dimensions
///   float32[] values, the last dimension running fastest
/// </code>
/// </remarks>
internal static class WeightFormat
{
    private static ReadOnlySpan<byte> Magic => "ABLNET01"u8;

    /// <summary>Writes the weights of a network.</summary>
    /// <param name="parameters">Names and shapes.</param>
    /// <param name="weights">One array per parameter.</param>
    public static byte[] Write(IReadOnlyList<TensorSpec> parameters, IReadOnlyList<float[]> weights)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(parameters.Count);
        for (int i = 0; i < parameters.Count; i++)
        {
            WriteHeader(writer, parameters[i]);
            SingleValues.Write(writer, weights[i]);
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads the weights of a network.</summary>
    /// <param name="bytes">The result of <see cref="Write"/>.</param>
    /// <param name="parameters">The expected names and shapes.</param>
    /// <exception cref="FormatException">The content is not as expected.</exception>
    public static float[][] Read(byte[] bytes, IReadOnlyList<TensorSpec> parameters)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            throw new FormatException("The stored weights have no valid header; they are damaged or of another version.");
        int count = reader.ReadInt32();
        float[][] weights = [.. parameters.Take(count).Select(parameter => ReadParameter(reader, parameter))];
        if (count != parameters.Count)
            throw new FormatException($"The stored weights have {count} tensors, but the network has {parameters.Count}. {Remedy}");
        return weights;
    }

    private static void WriteHeader(BinaryWriter writer, TensorSpec parameter)
    {
        writer.Write(parameter.Name);
        writer.Write(parameter.Shape.Length);
        foreach (long side in parameter.Shape)
            writer.Write(checked((int)side));
    }

    private static float[] ReadParameter(BinaryReader reader, TensorSpec parameter)
    {
        string name = reader.ReadString();
        var stored = new TensorSpec(name, [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => (long)reader.ReadInt32())]);
        return stored.Fits(parameter)
            ? SingleValues.Read(reader, parameter.Count)
            : throw new FormatException($"The stored weights have {stored} where the network has {parameter}. {Remedy}");
    }

    private const string Remedy = "The model was trained with another network; use the same network, or train again.";
}
