using System.Collections.Concurrent;
using global::TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network of the user's: a factory of TorchSharp modules.</summary>
/// <param name="name">The name that it is registered under.</param>
/// <param name="factory">Makes a module.</param>
internal sealed class ModuleArchitecture(string name, Func<NetworkShape, nn.Module<Tensor, Tensor>> factory) : NetworkArchitecture
{
    /// <summary>Stands before the name in files, so that no later network of this library is taken for it.</summary>
    public const string Prefix = "custom:";

    private static readonly Lock s_generator = new();
    private readonly ConcurrentDictionary<NetworkShape, ModuleDescription> _descriptions = new();

    public override string Name => Prefix + name;

    public Func<NetworkShape, nn.Module<Tensor, Tensor>> Factory => factory;

    public override IReadOnlyList<TensorSpec> ParametersOf(NetworkShape shape) => Describe(shape).Parameters;

    /// <summary>What the modules for a shape are like.</summary>
    /// <exception cref="InvalidOperationException">They are not as <see cref="AblationNetworks.Register"/> asks for.</exception>
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
            // Moved before its tensors are asked for: moving makes new ones.
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
    /// <param name="weights">Tensors in the order of <see cref="ParametersOf"/>, on the device to score on; they stay as they are.</param>
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

    public override ScoringPrecision Resolve(ScoringPrecision precision, Device device) =>
        precision == ScoringPrecision.Auto ? ScoringPrecision.Float32 : precision;

    /// <summary>The tensors of a module that the factory has made, in the order of <see cref="ParametersOf"/>.</summary>
    /// <exception cref="InvalidOperationException">The factory has made other tensors before.</exception>
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
    /// Calls the factory with torch's generator at a state of its own, and puts the generator back to where it was: what a module draws
    /// depends on the seed alone, and the application's numbers go on as if no module had been made.
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
                // With gradients, so that parameters are told from what is computed from them.
                using IDisposable gradients = enable_grad();
                using var scope = NewDisposeScope();
                nn.Module<Tensor, Tensor> module = factory(shape)
                    ?? throw new InvalidOperationException($"The factory of the network '{name}' returned null; it must make a module.");
                // Nothing of it belongs to the scopes of the caller, who may dispose them at any time. Only what was computed is freed here:
                // nn.Conv2d leaves a view of its weights, which would keep their memory.
                scope.Detach(scope.DisposablesView.Where(made => made is Tensor { is_leaf: true }));
                return module;
            }
            finally
            {
                random.set_rng_state(before);
            }
        }
    }

    private static void Freeze(nn.Module<Tensor, Tensor> module)
    {
        foreach (Tensor parameter in module.parameters())
            parameter.requires_grad = false;
    }
}
