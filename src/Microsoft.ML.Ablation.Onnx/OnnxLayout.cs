namespace Microsoft.ML.Ablation;

/// <summary>The order of an ONNX classifier's input.</summary>
public enum OnnxLayout
{
    /// <summary>As the file's dimensions say; where they say nothing, <see cref="ChannelsFirst"/>.</summary>
    Auto = 0,

    /// <summary>[batch, channels, height, width], or [batch, values] in that order: what PyTorch exports.</summary>
    ChannelsFirst = 1,

    /// <summary>[batch, height, width, channels]: what TensorFlow exports.</summary>
    ChannelsLast = 2,
}
