using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Makes a certifier's source of votes, of one kind, from each of those who can count.</summary>
/// <typeparam name="TSource">The kind of source.</typeparam>
internal abstract class SourceMaker<TSource>
    where TSource : class, IDisposable
{
    /// <summary>The number k of retained positions; null where masks are fixed.</summary>
    public virtual int? RetainedCount => null;

    public abstract TSource FromService(IVoteService service, VoteInput input, int classes);

    /// <summary>From the model at the end of the base classifier; null where it does not count by itself.</summary>
    public abstract TSource? FromModel(BaseClassifierBinding binding, long? memoryLimit, int? threads);

    public abstract TSource FromChain(BaseClassifierBinding binding, DataViewRow? input, int threads);
}

/// <summary>Sources of sampled votes.</summary>
internal sealed class VoteSourceMaker(int retained) : SourceMaker<IVoteSource>
{
    public override int? RetainedCount => retained;

    public override IVoteSource FromService(IVoteService service, VoteInput input, int classes) => service.CreateVoteSource(input, classes);

    public override IVoteSource? FromModel(BaseClassifierBinding binding, long? memoryLimit, int? threads)
        => (binding.DirectModel as IAblationClassifier)?.CreateVoteSource(binding.Encoder, retained, memoryLimit, threads);

    public override IVoteSource FromChain(BaseClassifierBinding binding, DataViewRow? input, int threads)
        => new ChainVoteSource(binding.MakeVotes(input, () => new AblatedVector(binding.Encoder, new SubsetSampler(binding.Encoder.Positions, retained)), threads), binding.Encoder);
}

/// <summary>Sources of scores for all masks of a family.</summary>
internal sealed class ScoreSourceMaker(MaskFamily family) : SourceMaker<IMaskScoreSource>
{
    public override IMaskScoreSource FromService(IVoteService service, VoteInput input, int classes) => service.CreateScoreSource(input, classes);

    public override IMaskScoreSource? FromModel(BaseClassifierBinding binding, long? memoryLimit, int? threads)
        => (binding.DirectModel as IMaskClassifier)?.CreateScoreSource(binding.Encoder, family, memoryLimit, threads);

    public override IMaskScoreSource FromChain(BaseClassifierBinding binding, DataViewRow? input, int threads)
        => new ChainScoreSource(binding.MakeVotes(input, () => new AblatedVector(binding.Encoder, family), threads), binding.Encoder, family.Count);
}
