using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Moves numbers between arrays and tensors whose memory is torch's own.</summary>
/// <remarks>
/// A tensor made by <c>torch.tensor(array)</c> lies on the managed heap, aligned to 8 bytes by chance to more, and matrix
/// products sum in another order under another alignment: the same numbers then give answers that differ in the last bit. Memory
/// of torch's own is always aligned to 64 bytes.
/// </remarks>
internal static class TensorMemory
{
    /// <summary>A tensor with these values on a device.</summary>
    /// <param name="values">As many as <paramref name="shape"/> says, the last dimension running fastest.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="type">The type of the values, of the size of <typeparamref name="T"/>.</param>
    /// <param name="device">Where to put it.</param>
    public static Tensor Copy<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType type, Device device)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        Tensor tensor = empty(shape, type, CPU);
        if (tensor.ElementSize != Unsafe.SizeOf<T>() || tensor.NumberOfElements != values.Length)
            throw new ArgumentException($"{values.Length} values of {typeof(T)} do not make a tensor of {tensor.NumberOfElements} of {type}.");
        MemoryMarshal.AsBytes(values).CopyTo(tensor.bytes);
        return scope.MoveToOuter(tensor.to(device));
    }

    /// <summary>The values of a tensor, as float32 in the order of its dimensions.</summary>
    public static float[] Read(Tensor tensor)
    {
        var values = new float[tensor.NumberOfElements];
        Read(tensor, values);
        return values;
    }

    /// <summary>Copies the values of a tensor as <see cref="Read(Tensor)"/> does, into an array of as many.</summary>
    public static void Read(Tensor tensor, float[] values)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32, CPU).contiguous().bytes).CopyTo(values);
    }

    /// <summary>Gives tensors of float32 these values, in place.</summary>
    /// <param name="tensors">The tensors, on any device.</param>
    /// <param name="values">As many arrays, each with as many values as its tensor.</param>
    public static void Overwrite(IReadOnlyList<Tensor> tensors, IReadOnlyList<float[]> values)
    {
        if (tensors.Count != values.Count)
            throw new ArgumentException($"{values.Count} arrays do not fill {tensors.Count} tensors.");
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        for (int i = 0; i < tensors.Count; i++)
            tensors[i].copy_(Copy<float>(values[i], tensors[i].shape, ScalarType.Float32, CPU));
    }
}
