using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RandomResizedCropFlipTransformer), null, typeof(SignatureLoadModel),
    "Random resized crop and flip", RandomResizedCropFlipTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Shows cursors opened with a <see cref="Random"/> a random part of each image, resized and mirrored at random, and all others its centre.
/// Fitted by <see cref="RandomResizedCropFlipEstimator"/>.
/// </summary>
public sealed class RandomResizedCropFlipTransformer : RandomImageTransformer
{
    internal const string LoaderSignature = "RandomResizedCropFlip";

    private readonly RandomResizedCropFlipOptions _options;

    internal RandomResizedCropFlipTransformer(IHostEnvironment env, RandomResizedCropFlipOptions options)
        : base(env.Register(LoaderSignature), options) => _options = options;

    /// <summary>The rows of pixels that come out; null: those of the image.</summary>
    public int? Height => _options.Height;

    /// <summary>The pixels per row that come out; null: those of the image.</summary>
    public int? Width => _options.Width;

    /// <summary>The smallest share of the image's area that is shown.</summary>
    public double MinimumAreaShare => _options.MinimumAreaShare;

    /// <summary>Whether half of the images are mirrored.</summary>
    public bool Flip => _options.Flip;

    private protected override string Description => FormattableString.Invariant(
        $"RandomResizedCropFlip to {Height} × {Width} pixels of at least {MinimumAreaShare}{(Flip ? " with mirror images" : "")}");

    private protected override Func<ImageChange>? ChangeFor(FeatureLayout layout, FeatureLayout output, AblationKey? fresh)
    {
        (int height, int width) = (layout.Shape.Height, layout.Shape.Width);
        if (fresh is { } key)
        {
            return () =>
            {
                var scratch = new double[ResizedCrop.ScratchLength(layout, output)];
                return (image, row, changed)
                    => ResizedCrop.Draw(key, row, height, width, MinimumAreaShare, Flip).Apply(image, layout, changed, output, scratch);
            };
        }
        if (output.Shape == layout.Shape)
            return null;
        ResizedCrop centre = ResizedCrop.Centred(height, width, output.Shape.Height, output.Shape.Width);
        return () => (image, _, changed) => centre.Copy(image, layout, changed, output);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "RNDRSZCF",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(RandomResizedCropFlipTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (RandomResizedCropFlipOptions.Write).
        _options.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new RandomResizedCropFlipTransformer(env, RandomResizedCropFlipOptions.Read(ctx.Reader));
    }
}
