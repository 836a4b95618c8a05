using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Networks of your own, by name: what <see cref="AblatedImageClassificationTrainer.Options.CustomNetwork"/> trains, and what a saved
/// model asks for when it is loaded.
/// </summary>
/// <remarks>
/// A model file holds the name and the weights of such a network, not its code. Register it where the program starts, in the program
/// that trains and in every program that loads:
/// <code>
/// using static TorchSharp.torch;
///
/// AblationNetworks.Register("two-layers", shape =&gt; nn.Sequential(
///     ("conv", nn.Conv2d(shape.Channels, 32, 5, stride: 2)), ("norm", nn.BatchNorm2d(32)), ("relu", nn.ReLU()),
///     ("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("scores", nn.Linear(32, shape.Classes))));
/// </code>
/// All members may be called from several threads.
/// </remarks>
public static class AblationNetworks
{
    private static readonly ConcurrentDictionary<string, ModuleArchitecture> s_networks = new();

    /// <summary>Registers a network under a name.</summary>
    /// <param name="name">
    /// Not empty, and not a name of this library's own networks (<see cref="ImageNetwork"/>). It is stored with models.
    /// </param>
    /// <param name="create">
    /// Makes the network for images of a shape: a new module each time, on the processor, in float32, with the same layers for the same
    /// shape. See the remarks.
    /// </param>
    /// <remarks>
    /// <para>
    /// The module maps images, [count, channels, height, width] of Float32, to scores before softmax, [count, classes] of Float32, each
    /// row by itself. It is in <c>train</c> mode while it is trained on and in <c>eval</c> mode otherwise. Parameters must be Float32;
    /// those that do not require a gradient stay as they are. Persistent buffers are kept with the weights; they are Float32, or integers
    /// that Float32 holds exactly (up to 2²⁴, which a counter of batches may pass without harm). A module of a class of your own calls
    /// <c>RegisterComponents()</c> at the end of its constructor, else torch does not know its layers.
    /// </para>
    /// <para>
    /// The first weights are those that the module has when it is made, whether drawn or pretrained. While it is made, torch's process-wide
    /// generator stands at a state that the training's seed gives, and is put back to where it was afterwards.
    /// </para>
    /// <para>
    /// For votes <c>forward</c> runs without gradients on several threads at once, so in <c>eval</c> mode it must not write to fields or
    /// buffers. How much memory one image takes, which settles how many are scored together, is measured by a forward pass: outputs of
    /// submodules and everything else that is alive between them. What <c>forward</c> keeps in dispose scopes of its own is not seen.
    /// </para>
    /// <para>
    /// Registering the same factory again does nothing; another one is refused, because models are found by the name. In a notebook,
    /// <see cref="Unregister"/> comes first.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The name is empty, of this library's own, or registered with another factory.</exception>
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
            throw new ArgumentException($"A network is registered under the name '{name}' already, with another factory; take another name, or "
                + $"call AblationNetworks.Unregister(\"{name}\") first.", nameof(name));
        }
    }

    /// <summary>Forgets a network, so that its name is free again. Trainings that run and models that exist keep it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public static bool Unregister(string name) => s_networks.TryRemove(name, out _);

    internal static bool IsRegistered(string name) => s_networks.ContainsKey(name);

    /// <summary>The network of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static ModuleArchitecture Get(string name) => s_networks.GetValueOrDefault(name) ?? throw new InvalidOperationException(
        $"No network is registered under the name '{name}' ({Known()}). Call AblationNetworks.Register(\"{name}\", ...) first, with the "
        + "factory of the network that is trained, or was trained, under this name.");

    /// <summary>Which names are registered, in words.</summary>
    internal static string Known() => s_networks.IsEmpty
        ? "none is registered at all"
        : $"registered are: {string.Join(", ", s_networks.Keys.Order(StringComparer.Ordinal))}";
}
