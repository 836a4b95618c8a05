using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(MaskAblationTransformer), null, typeof(SignatureLoadModel),
    "Mask ablation", MaskAblationTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Shows rows through the masks of a fixed family, which its file holds. Fitted by <see cref="MaskAblationEstimator"/>.
/// </summary>
/// <remarks>A view shows each row through one mask, which its values choose; a cursor opened with a <see cref="Random"/> draws others.</remarks>
public sealed class MaskAblationTransformer : AblationTransformer
{
    internal const string LoaderSignature = "MaskAblation";

    private readonly MaskAblationOptions _options;

    internal MaskAblationTransformer(IHostEnvironment env, MaskAblationOptions options, FittedAblation fitted, MaskFamily family)
        : base(env.Register(LoaderSignature), options, fitted)
    {
        _options = options;
        Family = family;
    }

    /// <summary>The masks.</summary>
    public MaskFamily Family { get; }

    /// <summary>Whether certificates are against patches by default; else against changed positions.</summary>
    internal bool IsAgainstPatches => _options.Masks.IsAgainstPatches;

    private protected override string Description => $"{Family}, {Encoding}";

    internal override MaskAblationTransformer WithoutSeed() => this;

    internal override AblationEncoder MakeEncoder(DataViewSchema inputSchema)
    {
        AblationEncoder encoder = base.MakeEncoder(inputSchema);
        return encoder.Positions == Family.D
            ? encoder
            : throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{InputColumnName}' has {encoder.Positions} positions, but the masks are of {Family.D}; give rows of the "
                + "shape that the model was fitted on.");
    }

    internal override RetainedPositions MakeRetained(int d, AblationDraw? fresh) => fresh is null
        ? (planar, copy, _) => Family.Retained((int)((RowWords.Below(RowWords.Draw(AblationKey.Compute(0, planar), row: 0, block: 0).First, Family.Count) + copy) % Family.Count))
        : (_, _, position) => Family.Retained(fresh.MaskOf(position, Family.Count));

    private protected override void Describe(AblationRandom random, AblationEncoder encoder) => random.Masked = new MaskedRows(Family, encoder);

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "MSKABLAT",
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(MaskAblationTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: bool, whether masks are against patches; the masks (MaskFamily.Write); the options (AblationOptions.Write); what was learnt
        // (FittedAblation.Write).
        ctx.Writer.Write(IsAgainstPatches);
        Family.Write(ctx.Writer);
        _options.Write(ctx.Writer);
        Fitted.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        bool isAgainstPatches = ctx.Reader.ReadBoolean();
        var family = MaskFamily.Read(ctx.Reader);
        MaskAblationOptions options = MaskAblationOptions.Read(ctx.Reader, AblationMasks.Of(family, isAgainstPatches));
        float[]? means = FittedAblation.ReadMeans(ctx.Reader, options.Encoding);
        FittedGroups? groups = FittedGroups.ReadColumn(ctx.Reader, FeatureGroups.Read(ctx.Reader));
        return new MaskAblationTransformer(env, options, new FittedAblation(groups, means), family);
    }
}
