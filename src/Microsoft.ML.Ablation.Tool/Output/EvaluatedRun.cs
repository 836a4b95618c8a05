using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>A run folder's rows, certified from their votes.</summary>
internal sealed class EvaluatedRun
{
    private EvaluatedRun(string folder, RunManifest manifest, IReadOnlyList<RunRow> stored, RunCertifier certifier, bool uncertifiedAsZero)
    {
        Folder = folder;
        Manifest = manifest;
        Options = certifier.Options;
        LabelledResult[] rows = [.. stored.Select(row => new LabelledResult(row.Row, row.Label, row.File, certifier.Certify(row)))];
        Rows = rows;
        Keys = [.. stored.Select(row => row.Key)];
        Table = new CertifiedTable([.. manifest.Classes]);
        foreach (LabelledResult row in rows)
            Table.Add(row);
        Metrics = CertifiedMetrics.From(Table.Outcomes, uncertifiedAsZero);
    }

    /// <summary>The folder as the user gave it.</summary>
    public string Folder { get; }

    public RunManifest Manifest { get; }

    /// <summary>What is claimed from the votes here.</summary>
    public CertificationOptions Options { get; }

    public IReadOnlyList<LabelledResult> Rows { get; }

    /// <summary>The keys of the rows' ablations.</summary>
    public IReadOnlyList<string> Keys { get; }

    public CertifiedTable Table { get; }

    public CertifiedMetrics Metrics { get; }

    /// <exception cref="FileNotFoundException">The folder holds no run.</exception>
    /// <exception cref="InvalidDataException">The run has no row yet, or is damaged.</exception>
    /// <exception cref="ArgumentException">The run did not count what the rule needs, or α is out of its range.</exception>
    public static EvaluatedRun Load(string folder, CertificationRule? rule = null, double? alpha = null, bool uncertifiedAsZero = false)
    {
        (RunManifest manifest, IReadOnlyList<RunRow> rows) = RunFolder<RunManifest, RunRow>.Read(folder);
        if (rows.Count == 0)
            throw new InvalidDataException($"'{folder}' has no finished row yet; 'ablation certify --run {folder}' resumes it.");
        return new EvaluatedRun(folder, manifest, rows, new RunCertifier(manifest, rule, alpha), uncertifiedAsZero);
    }

    public CertificationResult ToResult(string? tablePath = null) =>
        CertificationResult.From(Metrics, Manifest.Data, Manifest.Positions, Manifest.RetainedPixels, Manifest.Plan.ToPlan(), Options) with
        {
            Table = tablePath,
            Run = Folder,
        };
}
