using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The layers of a network of this library, as a function of weights and images.</summary>
internal abstract class FunctionalArchitecture : NetworkArchitecture
{
    public abstract override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape);

    public override float[][] FirstWeights(NetworkShape shape, int seed) => WeightInitializer.Uniform(ParametersOf(shape), seed);

    public override FunctionalNetwork Create(NetworkShape shape, IReadOnlyList<float[]> weights, Device device, bool trainable = false)
    {
        TorchRuntime.EnsureLoaded();
        IReadOnlyList<ParameterSpec> specs = ParametersOf(shape);
        var tensors = new Tensor[specs.Count];
        try
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                // The caller may dispose its scopes at any time.
                using var scope = NewDisposeScope();
                Tensor values = TensorMemory.Copy<float>(weights[i], specs[i].Shape, ScalarType.Float32, device);
                tensors[i] = (specs[i].Role == ParameterRole.Fixed ? values.to(ScalarType.Int64) : values).DetachFromDisposeScope();
                tensors[i].requires_grad = trainable && specs[i].IsTrained;
            }
        }
        catch
        {
            foreach (Tensor? tensor in tensors)
                tensor?.Dispose();
            throw;
        }
        return new FunctionalNetwork(this, shape, specs, tensors);
    }

    // On processors with bfloat16 and on those without, integers are the fastest or nearly so, and a model in integers votes alike on both (docs/decisions/0017-integers.md).
    public override ScoringPrecision Resolve(ScoringPrecision precision, Device device, bool hasRows)
        => precision == ScoringPrecision.Auto && hasRows && device.type == global::TorchSharp.DeviceType.CPU ? ScoringPrecision.Int8 : precision.ResolveFor(device);

    public override string? ProblemWithIntegers => null;

    /// <summary>Scores before softmax.</summary>
    /// <param name="weights">One tensor per parameter; the last layer's may have another number format than the others.</param>
    /// <param name="images">[count, channels, height, width], in the number format of all layers but the last.</param>
    /// <param name="training">Whether this is a step of training, in which some layers behave differently.</param>
    /// <returns>[count, classes], in the last layer's number format.</returns>
    public abstract Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training);

    /// <summary>Scores before softmax of whole images through masks.</summary>
    /// <param name="weights">One tensor per parameter.</param>
    /// <param name="whole">Encoded whole images, [count, channels, height, width] of float32.</param>
    /// <param name="set">The masks.</param>
    /// <param name="chosen">The indices of some, [masks] of Int64; null for all.</param>
    /// <param name="training">Whether this is a step of training, in which some layers behave differently.</param>
    /// <returns>[count, masks, classes] of float32; null where each ablation is scored as an image.</returns>
    public virtual Tensor? ForwardMasks(IReadOnlyList<Tensor> weights, Tensor whole, MaskSet set, Tensor? chosen, bool training) => null;

    /// <summary>Makes the form for scoring.</summary>
    public abstract ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision);

    /// <summary>Writes the layers to an ONNX file.</summary>
    /// <param name="export">The file.</param>
    /// <param name="images">The value that they take.</param>
    /// <param name="weights">One tensor per parameter, in float32.</param>
    /// <returns>The value that is the scores before softmax, [batch, classes].</returns>
    public abstract string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights);
}
