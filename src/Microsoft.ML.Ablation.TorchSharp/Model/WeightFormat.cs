using System.Text;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>How the weights of a network are stored.</summary>
/// <remarks>
/// Little-endian throughout:
/// <code>
/// byte[8]   "ABLNET01"
/// int32     number of parameters
/// per parameter, in the network's order:
///   string    name (UTF-8, its length before it in 7-bit groups, as BinaryWriter writes)
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
    /// <param name="bytes">What <see cref="Write"/> gave.</param>
    /// <param name="parameters">The names and shapes that must be there.</param>
    /// <exception cref="FormatException">Something else is there.</exception>
    public static float[][] Read(byte[] bytes, IReadOnlyList<TensorSpec> parameters)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            throw new FormatException("The stored weights do not begin as weights do; they are damaged or of another version.");
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

    private const string Remedy = "It is another network than the one that was trained; make it as it was, or train again.";
}
