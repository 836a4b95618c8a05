using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>A run folder's rows, certified from their votes.</summary>
internal sealed class EvaluatedRun
{
    private EvaluatedRun(string folder, RunManifest manifest, IReadOnlyList<RunRow> stored, RunCertifier certifier, bool uncertifiedAsZero)
    {
        Folder = folder;
        Manifest = manifest;
        Scheme = certifier.Scheme;
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

    /// <summary>How rows were voted on, and what is claimed from the votes here.</summary>
    public VotingScheme Scheme { get; }

    public IReadOnlyList<LabelledResult> Rows { get; }

    /// <summary>The keys of the rows' ablations.</summary>
    public IReadOnlyList<string> Keys { get; }

    public CertifiedTable Table { get; }

    public CertifiedMetrics Metrics { get; }

    /// <exception cref="FileNotFoundException">The folder holds no run.</exception>
    /// <exception cref="InvalidDataException">The run has no row yet, or is damaged.</exception>
    /// <exception cref="ArgumentException">The run did not keep what the claims need, or one is out of its range.</exception>
    public static EvaluatedRun Load(string folder, RunClaims claims, bool uncertifiedAsZero = false)
    {
        (RunManifest manifest, IReadOnlyList<RunRow> rows) = RunFolder<RunManifest, RunRow>.Read(folder);
        if (rows.Count == 0)
            throw new InvalidDataException($"'{folder}' has no finished row yet; 'ablation certify --run {folder}' resumes it.");
        return new EvaluatedRun(folder, manifest, rows, manifest.MakeCertifier(claims), uncertifiedAsZero);
    }

    public CertificationResult ToResult(string? tablePath = null) => new(Metrics, Scheme)
    {
        Data = Manifest.Data,
        Table = tablePath,
        Run = Folder,
        MostFrequentShare = Table.MostFrequentShare,
    };
}
