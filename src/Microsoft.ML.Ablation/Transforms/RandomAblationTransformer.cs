using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RandomAblationTransformer), null, typeof(SignatureLoadModel),
    "Random ablation", RandomAblationTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Keeps <c>k</c> random positions of each row and replaces the others by NULL. Fitted by
/// <see cref="RandomAblationEstimator"/>.
/// </summary>
public sealed class RandomAblationTransformer : AblationTransformer
{
    internal const string LoaderSignature = "RandomAblation";

    private readonly RandomAblationOptions _options;

    internal RandomAblationTransformer(IHostEnvironment env, RandomAblationOptions options, FittedAblation fitted, ulong seed)
        : base(env.Register(LoaderSignature), options, fitted)
    {
        _options = options;
        Seed = seed;
    }

    /// <summary>The number <c>k</c> of retained positions.</summary>
    public int RetainedCount => _options.RetainedCount;

    internal ulong Seed { get; }

    private protected override string Description => $"k = {RetainedCount}, {Encoding}";

    /// <summary>The same ablation with another number of retained positions.</summary>
    internal RandomAblationTransformer WithRetainedCount(int k)
    {
        RandomAblationOptions options = _options with { RetainedCount = k };
        options.Validate();
        return new RandomAblationTransformer(Host, options, Fitted, Seed);
    }

    /// <summary>The same ablation with 0 for the seed of its views.</summary>
    internal override RandomAblationTransformer WithoutSeed() => new(Host, _options with { Seed = null }, Fitted, 0);

    internal override RetainedPositions MakeRetained(int d, AblationDraw? fresh)
    {
        if (fresh is null)
        {
            var sampler = new SubsetSampler(d, RetainedCount);
            return (planar, copy, _) => sampler.Sample(AblationKey.Compute(Seed, planar), AblationStage.View, copy);
        }
        // One for each number of positions that is drawn.
        var samplers = new Dictionary<int, SubsetSampler>();
        return (_, _, position) =>
        {
            uint sample = fresh.SampleOf(position);
            int k = fresh.RetainedOf(d, RetainedCount, sample);
            if (!samplers.TryGetValue(k, out SubsetSampler? sampler))
                samplers[k] = sampler = new SubsetSampler(d, k);
            return sampler.Sample(fresh.Key, AblationStage.View, sample);
        };
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "RNDABLAT",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(RandomAblationTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (RandomAblationOptions.Write); ulong seed; what was learnt (FittedAblation.Write): the means, the groups
        // (FeatureGroups.Write), since version 2; what was seen of their column (FittedGroups.WriteColumn), since version 3.
        _options.Write(ctx.Writer);
        ctx.Writer.Write(Seed);
        Fitted.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        RandomAblationOptions options = RandomAblationOptions.Read(ctx.Reader);
        ulong seed = ctx.Reader.ReadUInt64();
        float[]? means = FittedAblation.ReadMeans(ctx.Reader, options.Encoding);
        FittedGroups? groups = ctx.Header.ModelVerWritten < 0x00010002 ? null : ReadGroups(ctx);
        return new RandomAblationTransformer(env, options, new FittedAblation(groups, means), seed);
    }

    private static FittedGroups? ReadGroups(ModelLoadContext ctx)
    {
        FeatureGroup[] groups = FeatureGroups.Read(ctx.Reader);
        return ctx.Header.ModelVerWritten >= 0x00010003
            ? FittedGroups.ReadColumn(ctx.Reader, groups)
            : groups.Length == 0 ? null : new FittedGroups(groups, SlotNames: [], DivideCategories: false);
    }
}
