namespace Microsoft.ML.Ablation;

/// <summary>The numbers in which an ONNX classifier computes.</summary>
public enum OnnxPrecision
{
    /// <summary>Those of the file: float32, or integers where it was quantised before.</summary>
    AsStored = 0,

    /// <summary>
    /// 8-bit integers, with scores in float32: several times faster on processors with VNNI or AMX, which most have that were made since 2019. <c>Fit</c> takes the ranges of all layers from
    /// up to 1,000 ablated training rows. What is certified then is the network in integers; it is stored with the model.
    /// </summary>
    Int8 = 1,
}
