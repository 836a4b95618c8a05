using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with fixed masks of words: each is asked once, and the certificate holds without chance.</summary>
internal sealed class WordPartitionSession : WordSession
{
    private readonly WordPartition _partition;

    /// <summary>The masks.</summary>
    public WordPartition Partition => _partition;

    public WordPartitionSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, WordPartitionAblationTransformer ablation, VoteEngine engine)
        : base(host, options, binding, ablation, AblationSeed.OfNumber(0), engine)
        => _partition = ablation.Partition;

    public override RowResult Certify(ChainVotes votes, ShownText text)
    {
        (MaskFamily family, float[] scores) = Ask(votes, text);
        return FamilySession.Conclude(new PositionAttack(family), AnswersOf(scores), Options.Rule, Options.TopCount);
    }

    public override string ChangeWithin(int radius, int positions) => _partition.By == PartitionBy.Place
        ? Replacement(radius, positions)
        : $"{(radius == 1 ? "single inserted, deleted or moved word" : $"mixture of up to {radius} inserted, deleted or moved words, of which a replaced word is two,")}";

    protected override RowInquiry Inquire(ChainVotes votes, ShownText text, IWordRetention retention)
    {
        (MaskFamily family, float[] scores) = Ask(votes, text);
        return new MaskInquiry(new PositionAttack(family), scores, AnswersOf(scores), Options,
            mask => retention.Of(text.Words, text.Key, AblationStage.Exact, (uint)mask).ToArray(), text.Words.Length, text.Words);
    }

    private (MaskFamily Family, float[] Scores) Ask(ChainVotes votes, ShownText text)
    {
        MaskFamily family = _partition.FamilyOf(text.Words.Length);
        float[] scores = votes.Score(text, family.Count);
        if (_partition.By == PartitionBy.Word)
            SilenceEmpty(text.Words, scores, votes.ClassCount);
        return (family, scores);
    }

    private MaskAnswers AnswersOf(float[] scores) => MaskAnswers.OfScores(scores, Binding.ClassCount, Options.ScoreThreshold);

    public override void LogReach(IChannel channel)
    {
        string covered = _partition.By == PartitionBy.Place ? "replaced words, not about inserted or deleted ones" : "inserted, deleted and moved words; a replacement counts as two";
        channel.Info($"{_partition.Count} masks of words: each is asked once for a text, without chance; certificates are about {covered}. No radius exceeds {(_partition.Count - 1) / 2}.");
    }

    /// <summary>A mask by words that holds none has no vote: whether it holds one is decided by the words that belong to it, as its answer is.</summary>
    private void SilenceEmpty(string[] words, float[] scores, int classes)
    {
        HashSet<int> held = [.. Enumerable.Range(0, words.Length).Select(place => _partition.MaskOf(words, place))];
        for (int mask = 0; mask < _partition.Count; mask++)
        {
            if (!held.Contains(mask))
                scores.AsSpan(mask * classes, classes).Fill(float.NaN);
        }
    }
}
