using System.Buffers.Binary;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Outputs of a base regressor as text: each a Single of four bytes, the lowest first, in base 64, so that infinities and all digits are kept.</summary>
internal static class OutputText
{
    public static string Of(ReadOnlySpan<double> outputs)
    {
        var bytes = new byte[outputs.Length * sizeof(float)];
        for (int i = 0; i < outputs.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)outputs[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <param name="text">The text.</param>
    /// <param name="count">How many outputs it holds.</param>
    /// <exception cref="InvalidDataException">The text does not hold that many numbers.</exception>
    public static double[] ToOutputs(string text, int count)
    {
        var bytes = new byte[checked(count * sizeof(float))];
        if (!Convert.TryFromBase64String(text, bytes, out int written) || written != bytes.Length)
            throw new InvalidDataException(FormattableString.Invariant($"The outputs are not {count} numbers."));
        var outputs = new double[count];
        for (int i = 0; i < count; i++)
        {
            outputs[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
            if (double.IsNaN(outputs[i]))
                throw new InvalidDataException(FormattableString.Invariant($"Output {i} is not a number."));
        }
        return outputs;
    }
}
