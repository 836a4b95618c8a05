namespace Microsoft.ML.Ablation;

/// <summary>
/// What computes an ONNX classifier. Another provider adds in another order and is another classifier for near ties. Of all but the processor it is only known that they compile: nobody has
/// tried them with this library.
/// </summary>
public enum OnnxProvider
{
    /// <summary>The processor.</summary>
    Cpu = 0,

    /// <summary>A GPU of NVIDIA; needs the package Microsoft.ML.OnnxRuntime.Gpu in the application. <see cref="MLContext.GpuDeviceId"/> is its number, 0 where none is set. Untried.</summary>
    Cuda = 1,

    /// <summary>A GPU on Windows; needs the package Microsoft.ML.OnnxRuntime.DirectML in the application. The number is that of Cuda. Untried.</summary>
    DirectML = 2,

    /// <summary>What Apple's devices have; the usual package holds it there. Untried.</summary>
    CoreML = 3,
}
