using System.Collections.Concurrent;
using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Networks of your own, by name, for <see cref="AblatedImageClassificationTrainer.Options.CustomNetwork"/> and for models that
/// are loaded.
/// </summary>
/// <remarks>
/// A model file holds the name and the weights of such a network, not its code. Register it at program start, both in the program
/// that trains and in every program that loads the model:
/// <code>
/// using static TorchSharp.torch;
///
/// AblationNetworks.Register("two-layers", shape =&gt; nn.Sequential(
///     ("conv", nn.Conv2d(shape.Channels, 32, 5, stride: 2)), ("norm", nn.BatchNorm2d(32)), ("relu", nn.ReLU()),
///     ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("scores", nn.Linear(32, shape.Classes))));
/// </code>
/// All members are thread-safe.
/// </remarks>
public static class AblationNetworks
{
    private static readonly ConcurrentDictionary<string, ModuleArchitecture> s_networks = new();

    /// <summary>Registers a network under a name.</summary>
    /// <param name="name">
    /// The name, which models store. It must not be empty, or a name of this library's networks (<see cref="ImageNetwork"/>).
    /// </param>
    /// <param name="create">
    /// Makes the network for images of a shape: a new module in each call, on the processor, in float32, with the same layers for
    /// the same shape. See the remarks.
    /// </param>
    /// <remarks>
    /// <para>
    /// The module maps images, [count, channels, height, width] of Float32, to scores before softmax, [count, classes] of
    /// Float32, one row independently of the others. It is in <c>train</c> mode during training steps and in <c>eval</c> mode
    /// otherwise. Parameters must be Float32; those that do not require a gradient are not trained. Persistent buffers are stored
    /// with the weights; they must be Float32, or integers that Float32 represents exactly (up to 2²⁴; a counter of batches may
    /// exceed it without harm). A module of your own class must call <c>RegisterComponents()</c> at the end of its constructor,
    /// or torch does not know its layers.
    /// </para>
    /// <para>
    /// Training begins with the weights of the new module, random or pretrained. During the call of the factory, torch's
    /// process-wide generator is seeded with the training's seed; its state is restored afterwards.
    /// </para>
    /// <para>
    /// Voting runs <c>forward</c> without gradients on several threads at once, so in <c>eval</c> mode it must not write to
    /// fields or buffers. A forward pass measures the memory per image, which limits the batch: outputs of submodules and all
    /// other tensors that are alive between them, except those in dispose scopes of <c>forward</c> itself.
    /// </para>
    /// <para>
    /// With AMX, oneDNN of libtorch 2.10 is wrong for a strided convolution of bfloat16 whose output is one column wide. In
    /// <see cref="ScoringPrecision.BFloat16"/> such an <c>nn.Conv2d</c> therefore computes in float32 and its output is rounded,
    /// if the module runs it by <c>call</c>, as <c>nn.Sequential</c> does. A convolution that <c>forward</c> runs in another way
    /// is not protected: score such a network in Float32.
    /// </para>
    /// <para>
    /// Registering the same factory again has no effect. Another factory under the same name is an error, because models find
    /// their network by name; in a notebook, call <see cref="Unregister"/> first.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The name is empty, reserved, or registered with another factory.</exception>
    public static void Register(string name, Func<NetworkShape, nn.Module<Tensor, Tensor>> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (NetworkArchitecture.IsReserved(name))
        {
            throw new ArgumentException($"'{name}' is the name of a network of this library, which Options.Network chooses; register yours "
                + "under another name.", nameof(name));
        }
        if (s_networks.GetOrAdd(name, _ => new ModuleArchitecture(name, create)).Factory != create)
        {
            throw new ArgumentException($"A network is registered under the name '{name}' already, with another factory; use another name, "
                + $"or call AblationNetworks.Unregister(\"{name}\") first.", nameof(name));
        }
    }

    /// <summary>Removes a network, so that its name is free again. Running trainings and existing models keep it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether the name was registered.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static bool Unregister(string name) => s_networks.TryRemove(name, out _);

    internal static bool IsRegistered(string name) => s_networks.ContainsKey(name);

    /// <summary>The network of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static ModuleArchitecture Get(string name) => s_networks.GetValueOrDefault(name) ?? throw new InvalidOperationException(
        $"No network is registered under the name '{name}' ({Known()}). Call AblationNetworks.Register(\"{name}\", ...) first, with the "
        + "factory of the network that is trained, or was trained, under this name.");

    /// <summary>The registered names, as part of a message.</summary>
    internal static string Known() => s_networks.IsEmpty
        ? "no name is registered"
        : $"registered are: {string.Join(", ", s_networks.Keys.Order(StringComparer.Ordinal))}";
}
