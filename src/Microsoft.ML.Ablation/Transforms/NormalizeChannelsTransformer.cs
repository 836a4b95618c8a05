using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(NormalizeChannelsTransformer), null, typeof(SignatureLoadModel),
    "Normalisation of channels", NormalizeChannelsTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Subtracts a number from each channel of an image and divides it by another.
/// Fitted by <see cref="NormalizeChannelsEstimator"/>.
/// </summary>
public sealed class NormalizeChannelsTransformer : ImageTransformer
{
    internal const string LoaderSignature = "NormalizeChannels";

    private readonly NormalizeChannelsOptions _options;

    internal NormalizeChannelsTransformer(IHostEnvironment env, NormalizeChannelsOptions options)
        : base(env.Register(LoaderSignature), options) => _options = options;

    /// <summary>What is subtracted from each channel.</summary>
    public IReadOnlyList<float> Means => _options.Means;

    /// <summary>What each channel is divided by then.</summary>
    public IReadOnlyList<float> StandardDeviations => _options.StandardDeviations;

    private protected override Func<ImageChange>? ChangeFor(FeatureLayout layout, FeatureLayout output, AblationKey? fresh)
    {
        return () => (image, _, changed) =>
        {
            for (int channel = 0; channel < layout.Channels; channel++)
            {
                (float mean, float deviation) = (Means[channel], StandardDeviations[channel]);
                for (int position = 0; position < layout.Positions; position++)
                {
                    int slot = layout.SlotOf(position, channel);
                    changed[slot] = (image[slot] - mean) / deviation;
                }
            }
        };
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "NRMCHANN",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(NormalizeChannelsTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (NormalizeChannelsOptions.Write).
        _options.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new NormalizeChannelsTransformer(env, NormalizeChannelsOptions.Read(ctx.Reader));
    }
}
