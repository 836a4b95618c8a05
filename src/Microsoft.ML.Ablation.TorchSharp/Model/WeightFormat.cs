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
    public static byte[] Write(IReadOnlyList<ParameterSpec> parameters, IReadOnlyList<float[]> weights)
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

    /// <summary>The number of bytes that <see cref="Write"/> gives.</summary>
    public static long Length(IReadOnlyList<ParameterSpec> parameters)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(parameters.Count);
        foreach (ParameterSpec parameter in parameters)
            WriteHeader(writer, parameter);
        writer.Flush();
        return stream.Length + sizeof(float) * parameters.Sum(parameter => parameter.Count);
    }

    /// <summary>Reads the weights of a network.</summary>
    /// <param name="bytes">What <see cref="Write"/> gave.</param>
    /// <param name="parameters">The names and shapes that must be there.</param>
    /// <exception cref="FormatException">Something else is there.</exception>
    public static float[][] Read(byte[] bytes, IReadOnlyList<ParameterSpec> parameters)
    {
        if (bytes.Length != Length(parameters))
            throw new FormatException($"The stored weights have {bytes.Length:N0} bytes, but the network needs {Length(parameters):N0}.");
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            throw new FormatException("The stored weights do not begin as weights do; they are damaged or of another version.");
        if (reader.ReadInt32() != parameters.Count)
            throw new FormatException($"The stored weights do not have the {parameters.Count} parameters of the network.");
        return [.. parameters.Select(parameter => ReadParameter(reader, parameter))];
    }

    private static void WriteHeader(BinaryWriter writer, ParameterSpec parameter)
    {
        writer.Write(parameter.Name);
        writer.Write(parameter.Shape.Length);
        foreach (long side in parameter.Shape)
            writer.Write(checked((int)side));
    }

    private static float[] ReadParameter(BinaryReader reader, ParameterSpec parameter)
    {
        bool fits = reader.ReadString() == parameter.Name && reader.ReadInt32() == parameter.Shape.Length;
        for (int i = 0; fits && i < parameter.Shape.Length; i++)
            fits = reader.ReadInt32() == parameter.Shape[i];
        if (!fits)
            throw new FormatException($"The stored weights have no parameter '{parameter.Name}' of shape {string.Join('×', parameter.Shape)} in its place.");
        return SingleValues.Read(reader, parameter.Count);
    }
}
