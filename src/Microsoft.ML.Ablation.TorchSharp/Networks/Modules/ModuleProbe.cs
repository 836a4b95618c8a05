using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Inspects a module of the user's: its tensors, its memory, and whether it can be trained and can score.</summary>
internal static class ModuleProbe
{
    // More than one, so that a module that treats a batch as one image is detected.
    private const int Images = 2;

    /// <summary>
    /// Parameters and persistent buffers, ordered by name: the order of fields in a class may change, and a model still loads.
    /// </summary>
    public static (string Name, Tensor Tensor)[] StateOf(nn.Module module) =>
    [
        .. module.named_parameters().Select(entry => (Name: entry.name, Tensor: (Tensor)entry.parameter))
            .Concat(module.named_buffers().Select(entry => (Name: entry.name, Tensor: entry.buffer)))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal),
    ];

    /// <summary>Checks a module and scores two images of zeros with it.</summary>
    /// <param name="name">The network's name.</param>
    /// <param name="module">The module, which is not used afterwards.</param>
    /// <param name="shape">Its input and output.</param>
    /// <exception cref="InvalidOperationException">
    /// It does not meet the requirements of <see cref="AblationNetworks.Register"/>.
    /// </exception>
    public static ModuleDescription Describe(string name, nn.Module<Tensor, Tensor> module, NetworkShape shape)
    {
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        if (!module.parameters().Any(parameter => parameter.requires_grad))
        {
            throw Unfit("has no parameter to train; call RegisterComponents() at the end of its constructor, and leave requires_grad true "
                + "for the parameters to train");
        }
        foreach ((string parameter, Tensor tensor) in module.named_parameters())
        {
            if (tensor.dtype != ScalarType.Float32)
                throw Unfit($"has the parameter '{parameter}' of {tensor.dtype}, but parameters must be Float32");
        }
        foreach ((string buffer, Tensor tensor) in module.named_buffers())
        {
            if (tensor.dtype != ScalarType.Float32 && !(is_integral(tensor.dtype) && IsExact(tensor)))
            {
                throw Unfit($"has the buffer '{buffer}' of {tensor.dtype}, but buffers must be Float32, or integers that Float32 holds exactly, up "
                    + "to 2^24; register it with persistent: false if the factory makes it anew");
            }
        }
        var narrow = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        long working = MostAlive(module, zeros([Images, shape.Channels, shape.Height, shape.Width]), narrow, out Tensor scores);
        if (!scores.shape.AsSpan().SequenceEqual([Images, shape.Classes]) || scores.dtype != ScalarType.Float32)
        {
            throw Unfit($"gives [{string.Join(", ", scores.shape)}] of {scores.dtype} for {Images} images of "
                + $"{shape.Channels}×{shape.Height}×{shape.Width}, but [{Images}, {shape.Classes}] of Float32 is needed: a score before softmax for "
                + "each class");
        }
        return new ModuleDescription([.. StateOf(module).Select(entry => new TensorSpec(entry.Name, entry.Tensor.shape))],
            shape.Values + (working + Images - 1) / Images,
            module.named_modules().Where(entry => narrow.Contains(entry.module)).Select(entry => entry.name).ToHashSet());

        InvalidOperationException Unfit(string what) => new($"The network '{name}' {what}.");
    }

    private static bool IsExact(Tensor integers) => integers.to(ScalarType.Float32).to(integers.dtype).Equals(integers);

    /// <summary>
    /// The most values alive at once in a forward pass, without its input. They are counted after every submodule: outputs that
    /// are not freed yet, and all other tensors of the pass. Views count like copies.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="images">Its input.</param>
    /// <param name="narrow">Receives the strided convolutions whose output is one column wide.</param>
    /// <param name="scores">Its output.</param>
    private static long MostAlive(nn.Module<Tensor, Tensor> module, Tensor images, HashSet<nn.Module> narrow, out Tensor scores)
    {
        module.eval();
        using var scope = NewDisposeScope();
        var made = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        long most = 0;
        foreach (nn.Module<Tensor, Tensor> layer in module.modules().OfType<nn.Module<Tensor, Tensor>>().Append(module).Distinct())
        {
            layer.register_forward_hook((_, _, output) =>
            {
                if (layer is Conv2d { stride: [_, > 1] } && output.shape[^1] == 1)
                    narrow.Add(layer);
                made.Add(output);
                made.UnionWith(scope.DisposablesView.OfType<Tensor>());
                most = Math.Max(most, made.Where(tensor => !tensor.IsInvalid).Sum(tensor => tensor.NumberOfElements));
                return output;
            });
        }
        scores = scope.MoveToOuter(module.call(images));
        return most;
    }
}
