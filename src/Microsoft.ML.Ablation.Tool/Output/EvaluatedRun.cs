using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>A run folder's rows, certified from their votes.</summary>
internal sealed class EvaluatedRun
{
    private readonly IReadOnlyList<RunRow> _stored;

    private EvaluatedRun(string folder, RunManifest manifest, IReadOnlyList<RunRow> stored, RunCertifier certifier, bool uncertifiedAsZero)
    {
        Folder = folder;
        Manifest = manifest;
        Scheme = manifest.Table is null || manifest is WordManifest ? certifier.Scheme : certifier.Scheme with { Unit = RadiusUnit.Attributes };
        LabelledResult[] rows = [.. stored.Select(row => new LabelledResult(row.Row, row.Label, row.File, certifier.Certify(row)))];
        Rows = rows;
        Name = RunNames.Of([folder])[0];
        (_stored, MeanVotes, MeanSeconds) = (stored, rows.Average(row => (double)row.Result.SampleCount), stored.Average(row => row.Seconds));
        Keys = [.. stored.Select(row => row.Key)];
        Table = new CertifiedTable([.. manifest.Classes]);
        foreach (LabelledResult row in rows)
            Table.Add(row);
        Metrics = CertifiedMetrics.From(Table.Outcomes, uncertifiedAsZero);
    }

    /// <summary>The folder as the user gave it.</summary>
    public string Folder { get; }

    /// <summary>What it is called where the folder is too long.</summary>
    public string Name { get; private set; }

    public RunManifest Manifest { get; }

    /// <summary>Votes of a row, on average.</summary>
    public double MeanVotes { get; }

    /// <summary>Seconds that a row took, on average.</summary>
    public double MeanSeconds { get; }

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

    /// <summary>Several runs, whose names tell them apart.</summary>
    /// <inheritdoc cref="Load(string, RunClaims, bool)"/>
    public static EvaluatedRun[] Load(IReadOnlyList<string> folders, RunClaims claims, bool uncertifiedAsZero = false)
    {
        EvaluatedRun[] runs = [.. folders.Select(folder => Load(folder, claims, uncertifiedAsZero))];
        foreach ((EvaluatedRun run, string name) in runs.Zip(RunNames.Of(folders)))
            run.Name = name;
        return runs;
    }

    /// <summary>The attributes of a row of a table, with their values.</summary>
    public IReadOnlyList<(string Name, string Value)> AttributesOf(long row)
        => [.. Manifest.Table!.Attributes.Zip(_stored[(int)(row - Manifest.FirstRow)].Attributes ?? [])];

    public CertificationResult ToResult(string? tablePath = null) => new(Metrics, Scheme)
    {
        Data = Manifest.Data,
        Table = tablePath,
        Run = Folder,
        MostFrequentShare = Table.MostFrequentShare,
    };
}
