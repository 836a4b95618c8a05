using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Copies numbers between arrays and tensors in torch's own memory.</summary>
/// <remarks>
/// A tensor made by <c>torch.tensor(array)</c> lies on the managed heap, whose alignment varies from 8 bytes up. Matrix products
/// add in an order that depends on the alignment, so the same numbers can give results that differ in the last bit. Torch's own
/// memory is always aligned to 64 bytes.
/// </remarks>
internal static class TensorMemory
{
    /// <summary>A tensor with these values on a device.</summary>
    /// <param name="values">The values, the last dimension of <paramref name="shape"/> running fastest.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="type">The type of the values, of the size of <typeparamref name="T"/>.</param>
    /// <param name="device">The device.</param>
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

    /// <summary>
    /// Copies the values of a tensor into an array of the same length, otherwise as <see cref="Read(Tensor)"/>.
    /// </summary>
    public static void Read(Tensor tensor, float[] values)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        MemoryMarshal.Cast<byte, float>(tensor.to(ScalarType.Float32, CPU).contiguous().bytes).CopyTo(values);
    }

    /// <summary>Overwrites the values of float32 tensors in place.</summary>
    /// <param name="tensors">The tensors, on any device.</param>
    /// <param name="values">One array per tensor, of the same length.</param>
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
