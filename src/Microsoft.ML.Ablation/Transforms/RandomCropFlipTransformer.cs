using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RandomCropFlipTransformer), null, typeof(SignatureLoadModel),
    "Random crop and flip", RandomCropFlipTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Moves and mirrors images at random for cursors opened with a <see cref="Random"/>, and passes them on unchanged to all others.
/// Fitted by <see cref="RandomCropFlipEstimator"/>.
/// </summary>
public sealed class RandomCropFlipTransformer : RandomImageTransformer
{
    internal const string LoaderSignature = "RandomCropFlip";

    private readonly RandomCropFlipOptions _options;

    internal RandomCropFlipTransformer(IHostEnvironment env, RandomCropFlipOptions options)
        : base(env.Register(LoaderSignature), options) => _options = options;

    /// <summary>The most pixels by which an image is moved in each direction.</summary>
    public int Padding => _options.Padding;

    /// <summary>Whether half of the images are mirrored.</summary>
    public bool Flip => _options.Flip;

    private protected override string Description => $"RandomCropFlip of {Padding} pixels{(Flip ? " with mirror images" : "")}";

    private protected override Func<ImageChange>? ChangeFor(FeatureLayout layout, FeatureLayout output, AblationKey? fresh)
    {
        if (fresh is not { } key)
            return null;
        return () => (image, row, changed) => CropFlip.Draw(key, row, Padding, Flip).Apply(image, layout, changed);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "RNDCROPF",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(RandomCropFlipTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (RandomCropFlipOptions.Write).
        _options.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new RandomCropFlipTransformer(env, RandomCropFlipOptions.Read(ctx.Reader));
    }
}
