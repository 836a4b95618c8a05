using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Attacking;

/// <summary>A row of an attack with its images, as PNG data URIs.</summary>
/// <param name="Row">The row.</param>
/// <param name="Original">The image.</param>
/// <param name="Adversarial">What was found.</param>
/// <param name="Difference">Where they differ: the darker, the more.</param>
internal sealed record AttackedPicture(AttackRow Row, string Original, string Adversarial, string Difference);

/// <summary>A run folder of an attack, read.</summary>
internal sealed class AttackedRun
{
    private const int Pictured = 4;
    private const string Features = "Features";

    private AttackedRun(string folder, AttackManifest manifest, IReadOnlyList<AttackRow> rows)
    {
        (Folder, Manifest, Rows) = (folder, manifest, rows);
        Metrics = AttackMetrics.From(rows.Select(row => row.ToResult()));
    }

    /// <summary>The folder as the user gave it.</summary>
    public string Folder { get; }

    public AttackManifest Manifest { get; }

    public IReadOnlyList<AttackRow> Rows { get; }

    public AttackMetrics Metrics { get; }

    /// <exception cref="FileNotFoundException">The folder holds no attack.</exception>
    /// <exception cref="InvalidDataException">The attack has no row yet, or is damaged.</exception>
    public static AttackedRun Load(string folder)
    {
        (AttackManifest manifest, IReadOnlyList<AttackRow> rows) = RunFolder<AttackManifest, AttackRow>.Read(folder);
        return rows.Count > 0
            ? new AttackedRun(folder, manifest, rows)
            : throw new InvalidDataException($"'{folder}' has no finished row yet; 'ablation attack --run {folder}' resumes it.");
    }

    /// <summary>The rows that took the fewest and the most pixels, drawn.</summary>
    /// <param name="data">The data from its first row on.</param>
    /// <exception cref="InvalidDataException">A row is not the one that was attacked.</exception>
    public IReadOnlyList<AttackedPicture> Draw(IDataView data)
    {
        AttackRow[] broken = [.. Rows.Where(row => row.IsVerified && row.Slots.Length > 0).OrderBy(row => row.Distance)];
        AttackRow[] chosen = [.. broken.Take(Pictured).Union(broken.TakeLast(Pictured))];
        HashSet<long> wanted = [.. chosen.Select(row => row.Row)];
        ImageShape shape = FeatureLayout.Resolve(Features, data.Schema[Features].Type, declared: null, AblationLayout.Auto).Shape;
        var drawn = new Dictionary<long, AttackedPicture>();
        long last = wanted.DefaultIfEmpty(-1).Max(), number = 0;
        foreach (float[] original in data.GetColumn<float[]>(Features).Take((int)(last + 1)))
        {
            if (wanted.Contains(number))
                drawn.Add(number, Draw(Rows[(int)(number - Manifest.FirstRow)], original, shape));
            number++;
        }
        return drawn.Count == wanted.Count
            ? [.. chosen.Select(row => drawn[row.Row])]
            : throw new InvalidDataException($"The data has only {number} rows, but '{Folder}' attacked row {last}; give the attack's data.");
    }

    private AttackedPicture Draw(AttackRow row, float[] original, ImageShape shape)
    {
        if (!row.IsOf(original, Manifest.Options.Seed))
            throw new InvalidDataException($"Row {row.Row} of the data is not the one that '{Folder}' attacked; give the attack's data.");
        float[] adversarial = row.Adversarial(original)!;
        float[] difference = [.. original.Zip(adversarial, (value, changed) => 1 - Math.Abs(value - changed))];
        return new AttackedPicture(row, Picture.ToDataUri(original, shape), Picture.ToDataUri(adversarial, shape), Picture.ToDataUri(difference, shape));
    }
}
