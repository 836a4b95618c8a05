using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>Who votes on the random ablations of one row.</summary>
/// <param name="SamplesAtOnce">How many samples keep everything busy that counts.</param>
/// <param name="CountAsync">Counts the votes of ranges of samples.</param>
/// <param name="Answer">The classes that are answered to single samples of a stage.</param>
/// <param name="Retained">The positions that a sample of a stage retains.</param>
internal sealed record RowVotes(int SamplesAtOnce, Func<IReadOnlyList<SampleRange>, Ballot, Task<int[][]>> CountAsync, Func<AblationStage, uint[], int[]> Answer,
    Func<AblationStage, uint, int[]> Retained);
