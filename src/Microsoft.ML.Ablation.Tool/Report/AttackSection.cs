using Microsoft.ML.Ablation.Reports;
using Microsoft.ML.Ablation.Tool.Attacking;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>What a page says of an attack.</summary>
/// <param name="Run">The attack.</param>
/// <param name="Plot">What is certified and what is broken; null for a model that certifies nothing.</param>
/// <param name="Pictures">Some rows.</param>
internal sealed record AttackSection(AttackedRun Run, ReportPlot? Plot, IReadOnlyList<AttackedPicture> Pictures)
{
    /// <exception cref="InvalidDataException">The data is not that of the attack.</exception>
    public static AttackSection Of(AttackedRun run, IDataView data)
    {
        int largest = Math.Max(1, run.Rows.Max(row => row.Distance ?? 0));
        ReportPlot? plot = run.Metrics.Certified is { } certified
            ? new ReportPlot("attacked", CertifiedPlot.Bounds(certified, run.Metrics.RobustAccuracyAt, largest, run.Metrics.Patch is null ? CertifiedAttack.Positions : CertifiedAttack.Patch))
            : null;
        return new AttackSection(run, plot, run.Draw(data));
    }
}
