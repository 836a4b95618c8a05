using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>A row that is being certified.</summary>
/// <param name="Position">Its position in the view.</param>
/// <param name="Key">The key of its ablations.</param>
/// <param name="Result">Its answer, when it is there.</param>
internal sealed record RowAhead(long Position, AblationKey Key, Task<RowResult> Result);
