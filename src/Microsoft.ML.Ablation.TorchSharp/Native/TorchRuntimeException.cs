namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The native torch libraries cannot be loaded. The message names the operating system, the architecture, what was found, and
/// what to install.
/// </summary>
public sealed class TorchRuntimeException : DllNotFoundException
{
    /// <summary>An exception with a general message.</summary>
    public TorchRuntimeException()
        : base("The native torch libraries cannot be loaded.")
    {
    }

    /// <summary>An exception with a message.</summary>
    /// <param name="message">What was found and what to do.</param>
    public TorchRuntimeException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">What was found and what to do.</param>
    /// <param name="inner">The cause.</param>
    public TorchRuntimeException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
