using System.Collections.Concurrent;
using global::TorchSharp;
using global::TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network of the user's: a factory of TorchSharp modules.</summary>
/// <param name="name">The name under which it is registered.</param>
/// <param name="factory">Makes a module.</param>
internal sealed class ModuleArchitecture(string name, Func<NetworkShape, nn.Module<Tensor, Tensor>> factory) : NetworkArchitecture
{
    /// <summary>Precedes the name in files, so that it is never confused with a later network of this library.</summary>
    public const string Prefix = "custom:";

    private static readonly Lock s_generator = new();
    private readonly ConcurrentDictionary<NetworkShape, ModuleDescription> _descriptions = new();

    public override string Name => Prefix + name;

    public Func<NetworkShape, nn.Module<Tensor, Tensor>> Factory => factory;

    public override IReadOnlyList<TensorSpec> ParametersOf(NetworkShape shape) => Describe(shape).Parameters;

    /// <summary>Describes the modules for a shape.</summary>
    /// <exception cref="InvalidOperationException">
    /// They do not meet the requirements of <see cref="AblationNetworks.Register"/>.
    /// </exception>
    public ModuleDescription Describe(NetworkShape shape) => _descriptions.GetOrAdd(shape, _ =>
    {
        using nn.Module<Tensor, Tensor> module = Make(shape, seed: 0);
        return ModuleProbe.Describe(name, module, shape);
    });

    public override float[][] FirstWeights(NetworkShape shape, int seed)
    {
        using nn.Module<Tensor, Tensor> module = Make(shape, seed);
        return [.. StateOf(module, shape).Select(TensorMemory.Read)];
    }

    public override ModuleNetwork Create(NetworkShape shape, IReadOnlyList<float[]> weights, Device device, bool trainable = false)
    {
        nn.Module<Tensor, Tensor> module = Make(shape, seed: 0);
        try
        {
            // Moved first, because moving makes new tensors.
            module.to(device);
            IReadOnlyList<Tensor> state = StateOf(module, shape);
            TensorMemory.Overwrite(state, weights);
            if (!trainable)
                Freeze(module);
            return new ModuleNetwork(this, shape, module, state);
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>A module that scores: in eval mode, without gradients, with these values in another number format.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="weights">
    /// Tensors in the order of <see cref="ParametersOf"/>, on the device to score on; they are copied.
    /// </param>
    /// <param name="precision">The number format of all its layers.</param>
    public nn.Module<Tensor, Tensor> MakeScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision)
    {
        nn.Module<Tensor, Tensor> module = Make(shape, seed: 0);
        try
        {
            module.to(weights[0].device).to(precision);
            using (no_grad())
            using (NewDisposeScope())
            {
                foreach ((Tensor target, Tensor source) in StateOf(module, shape).Zip(weights))
                    target.copy_(source);
            }
            if (precision == ScalarType.BFloat16)
                ComputeInFloat32(module, Describe(shape).NarrowConvolutions);
            Freeze(module);
            module.eval();
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    public override ScoringPrecision Resolve(ScoringPrecision precision, Device device, bool hasRows) =>
        precision == ScoringPrecision.Auto ? ScoringPrecision.Float32 : precision;

    /// <summary>The tensors of a module of the factory, in the order of <see cref="ParametersOf"/>.</summary>
    /// <exception cref="InvalidOperationException">An earlier module of the factory had other tensors.</exception>
    public IReadOnlyList<Tensor> StateOf(nn.Module<Tensor, Tensor> module, NetworkShape shape)
    {
        (string Name, Tensor Tensor)[] state = ModuleProbe.StateOf(module);
        IReadOnlyList<TensorSpec> specs = ParametersOf(shape);
        for (int i = 0; i < Math.Max(state.Length, specs.Count); i++)
        {
            TensorSpec? found = i < state.Length ? new(state[i].Name, state[i].Tensor.shape) : null;
            if (found is null || i >= specs.Count || !found.Fits(specs[i]))
            {
                throw new InvalidOperationException($"The factory of the network '{name}' made a module with "
                    + $"{found?.ToString() ?? "fewer tensors"} where an earlier one for {shape} had "
                    + $"{specs.ElementAtOrDefault(i)?.ToString() ?? "no tensor"}; it must make a new module each time, with the same layers for the "
                    + "same shape.");
            }
        }
        return [.. state.Select(entry => entry.Tensor)];
    }

    /// <summary>
    /// Calls the factory with a seeded state of torch's generator, and restores the generator afterwards: a module's random
    /// numbers depend on the seed alone, and the application's random numbers continue as if no module had been made.
    /// </summary>
    private nn.Module<Tensor, Tensor> Make(NetworkShape shape, int seed)
    {
        TorchRuntime.EnsureLoaded();
        lock (s_generator)
        {
            using var generator = new Generator((ulong)seed);
            using Tensor before = random.get_rng_state(), seeded = generator.get_state();
            random.set_rng_state(seeded);
            try
            {
                // With gradients, so that parameters differ from tensors computed from them.
                using IDisposable gradients = enable_grad();
                using var scope = NewDisposeScope();
                nn.Module<Tensor, Tensor> module = factory(shape)
                    ?? throw new InvalidOperationException($"The factory of the network '{name}' returned null; it must make a module.");
                // The caller may dispose its scopes at any time, so the module must not belong to them. Computed tensors are
                // freed here: nn.Conv2d leaves a view of its weights, which would keep their memory.
                scope.Detach(scope.DisposablesView.Where(made => made is Tensor { is_leaf: true }));
                return module;
            }
            finally
            {
                random.set_rng_state(before);
            }
        }
    }

    /// <summary>
    /// Lets convolutions for which oneDNN's bfloat16 cannot be trusted (<see cref="Convolution.Apply"/>) compute in float32, with
    /// the weights that the module has, and rounds their output.
    /// </summary>
    private static void ComputeInFloat32(nn.Module module, IReadOnlySet<string> convolutions)
    {
        foreach ((string name, nn.Module layer) in module.named_modules())
        {
            if (layer is not Conv2d convolution || !convolutions.Contains(name))
                continue;
            convolution.to(ScalarType.Float32);
            convolution.register_forward_pre_hook((_, images) => images.to(ScalarType.Float32));
            convolution.register_forward_hook((_, _, output) => output.to(ScalarType.BFloat16));
        }
    }

    private static void Freeze(nn.Module<Tensor, Tensor> module)
    {
        foreach (Tensor parameter in module.parameters())
            parameter.requires_grad = false;
    }
}
