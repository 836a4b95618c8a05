using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(WordPartitionAblationTransformer), null, typeof(SignatureLoadModel),
    "Word partition ablation", WordPartitionAblationTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>Shows texts through disjoint masks of their words. Fitted by <see cref="WordPartitionAblationEstimator"/>.</summary>
/// <remarks>A view shows each text through one mask, which the text chooses, and its copies through the following ones.</remarks>
public sealed class WordPartitionAblationTransformer : WordAblationTransformer
{
    internal const string LoaderSignature = "WordPartitionAblation";

    private readonly WordPartitionAblationOptions _options;

    internal WordPartitionAblationTransformer(IHostEnvironment env, WordPartitionAblationOptions options)
        : base(env.Register(LoaderSignature), options)
        => (_options, Partition) = (options, options.Partition);

    /// <summary>The number N of masks.</summary>
    public int Masks => _options.Masks;

    /// <summary>What decides which mask a word belongs to.</summary>
    public PartitionBy By => _options.By;

    internal WordPartition Partition { get; }

    internal override WordPartitionAblationTransformer WithoutSeed() => this;

    internal override IWordRetention MakeRetention() => _options.Partition;

    internal override AblationKey KeyOf(IReadOnlyList<string> words) => AblationSeed.OfNumber(0).KeyOfText(words);

    /// <summary>From one that the text chooses on, the masks that hold a word.</summary>
    internal override uint SampleOf(IReadOnlyList<string> words, AblationKey key, uint copy)
    {
        int[] masks = [.. Enumerable.Range(0, words.Count).Select(place => Partition.MaskOf(words, place)).Distinct().Order()];
        return masks.Length == 0
            ? 0
            : (uint)masks[(RowWords.Below(RowWords.Draw(key, row: 0, block: 0).First, masks.Length) + copy) % masks.Length];
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "WRDPARTN",
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(WordPartitionAblationTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: int masks; int by; the options (WordAblationOptions.Write).
        ctx.Writer.Write(Masks);
        ctx.Writer.Write((int)By);
        _options.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        return new WordPartitionAblationTransformer(env, WordPartitionAblationOptions.Read(ctx.Reader));
    }
}
