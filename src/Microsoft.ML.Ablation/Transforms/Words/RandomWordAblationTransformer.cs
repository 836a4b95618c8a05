using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RandomWordAblationTransformer), null, typeof(SignatureLoadModel),
    "Random word ablation", RandomWordAblationTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>Keeps a random share of the words of each text. Fitted by <see cref="RandomWordAblationEstimator"/>.</summary>
public sealed class RandomWordAblationTransformer : WordAblationTransformer
{
    internal const string LoaderSignature = "RandomWordAblation";

    private readonly RandomWordAblationOptions _options;
    private readonly AblationSeed _seed;
    private readonly ulong _number;

    internal RandomWordAblationTransformer(IHostEnvironment env, RandomWordAblationOptions options, ulong seed)
        : base(env.Register(LoaderSignature), options)
        => (_options, _number, _seed) = (options, seed, AblationSeed.OfNumber(seed));

    /// <summary>The share of a text's words that an ablation retains.</summary>
    public double Share => _options.Share;

    /// <summary>The fewest words that an ablation retains.</summary>
    public int Minimum => _options.Minimum;

    /// <summary>The number k of words that an ablation retains: min(d, max(Minimum, ⌈Share · d⌉)).</summary>
    /// <param name="d">The number of words, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="d"/> is less than 1.</exception>
    public int RetainedOf(int d)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(d, 1);
        return _options.Retained.RetainedOf(d);
    }

    internal override RandomWordAblationTransformer WithoutSeed() => new(Host, _options with { Seed = null }, 0);

    internal override IWordRetention MakeRetention() => new RandomWords(_options.Retained);

    internal override AblationKey KeyOf(IReadOnlyList<string> words) => _seed.KeyOfText(words);

    internal override uint SampleOf(IReadOnlyList<string> words, AblationKey key, uint copy) => copy;

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "RNDWORDS",
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(RandomWordAblationTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: double share; int minimum; the options (WordAblationOptions.Write); ulong seed.
        ctx.Writer.Write(Share);
        ctx.Writer.Write(Minimum);
        _options.Write(ctx.Writer);
        ctx.Writer.Write(_number);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        RandomWordAblationOptions options = RandomWordAblationOptions.Read(ctx.Reader);
        return new RandomWordAblationTransformer(env, options, ctx.Reader.ReadUInt64());
    }
}
