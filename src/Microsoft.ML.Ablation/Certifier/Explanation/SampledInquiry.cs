using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>A row whose ablations are random.</summary>
/// <param name="sampled">From votes to certificates.</param>
/// <param name="votes">Who votes on the row.</param>
/// <param name="positions">The number of its positions.</param>
/// <param name="names">The name of each; null for none.</param>
internal sealed class SampledInquiry(SampledVotes sampled, RowVotes votes, int positions, IReadOnlyList<string>? names) : RowInquiry(positions, names)
{
    // Answers are asked for in parts, between which they can be cancelled.
    private const int Part = 500;

    public override bool IsCertain => sampled.ExactCount is not null;

    public override RowResult Certify() => sampled.CertifyAsync(votes.CountAsync, votes.SamplesAtOnce).GetAwaiter().GetResult();

    public override (int Class, int Support, int Asked) Answer(int ablations)
    {
        (AblationStage stage, int count) = First(ablations);
        Ballot ballot = sampled.Ballot;
        int[] counts = votes.CountAsync([new SampleRange(stage, 0, count)], ballot).GetAwaiter().GetResult()[0];
        int best = ballot.Select<int>(counts);
        return (best, ballot.SupportOf<int>(counts, best), count);
    }

    public override int CompetitorOf(RowResult result, int fixedClass)
    {
        int[] counts = result.EstimationCounts;
        int classes = result.Ballot.ClassCount(counts.Length);
        // A contest is as close as it has few wins, which the bound is about; a tie of scores is none.
        return Enumerable.Range(0, classes).Where(other => other != fixedClass)
            .MinBy(other => result.Ballot == Ballot.Plurality ? -counts[other] : counts[fixedClass * classes + other]);
    }

    public override IReadOnlyList<AblationLead> Leads(int fixedClass, int competitor, int ablations, out bool areAll)
    {
        (AblationStage stage, int count) = First(ablations);
        areAll = stage == AblationStage.Exact;
        return
        [
            .. Enumerable.Range(0, count).Select(i => (uint)i).Chunk(Part).SelectMany(samples => samples.Zip(votes.Answer(stage, samples)))
                .Select(answer => new AblationLead(votes.Retained(stage, answer.First), answer.Second == fixedClass ? 1 : answer.Second == competitor ? -1 : 0)),
        ];
    }

    public override NextRadius? Next(RowResult result)
    {
        int own = result.Certified.SelectedClass;
        // A row that ended before its first look has no certificate that could be larger.
        return sampled.IsLook(result)
            ? Least(result.Certified.Radius + 1, result.EstimationCount - result.Ballot.SupportOf<int>(result.EstimationCounts, own),
                more => sampled.CertificateOf(own, AddedSupport.To(result.Ballot, result.EstimationCounts, own, more)))
            : null;
    }

    public override IReadOnlyList<ExplainedMask> Masks(IReadOnlyList<string> classes) => [];

    /// <summary>All ablations where they are few enough, else so many of the second stage, which are those that vote first.</summary>
    private (AblationStage Stage, int Count) First(int ablations)
        => SubsetEnumerator.TryCount(sampled.Mathematics.D, sampled.Mathematics.K, ablations, out long all) ? (AblationStage.Exact, (int)all) : (AblationStage.Estimation, ablations);
}
