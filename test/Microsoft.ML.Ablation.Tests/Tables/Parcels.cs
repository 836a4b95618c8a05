using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Tables;

/// <summary>
/// A table so small that all its rows and all changes of them can be tried, with a category first, and a classifier that one category can mislead twice: it takes
/// "not north" and "south" for two hints at the same class.
/// </summary>
internal static class Parcels
{
    public static readonly string[] Attributes = ["Region", "A", "B", "C", "D"];
    private static readonly string[] s_regions = ["north", "south", "east"];

    public sealed class Row
    {
        public string Region { get; set; } = "";

        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public float D { get; set; }

        [VectorType(3)]
        public float[] Numbers { get; set; } = [0, 1, 0];
    }

    private sealed class Seen
    {
        [VectorType(7)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        [KeyType(2)]
        public uint PredictedLabel { get; set; }
    }

    /// <summary>All 48 rows.</summary>
    public static Row[] All { get; } =
    [
        .. from region in s_regions
           from bits in Enumerable.Range(0, 16)
           select new Row { Region = region, A = bits & 1, B = bits >> 1 & 1, C = bits >> 2 & 1, D = bits >> 3 & 1 },
    ];

    /// <summary>The rows with a column Features of 7 slots: north, south, east, A, B, C, D.</summary>
    public static IDataView View(MLContext ml) => Encode(ml, chain => chain.Append(ml.Transforms.Concatenate("Features", Attributes)));

    /// <summary>The rows with a Region that is encoded one-hot, and what else is done to them.</summary>
    public static IDataView Encode(MLContext ml, Func<IEstimator<ITransformer>, IEstimator<ITransformer>> further)
    {
        IDataView rows = ml.Data.LoadFromEnumerable(All);
        return further(ml.Transforms.Categorical.OneHotEncoding("Region")).Fit(rows).Transform(rows);
    }

    /// <summary>How many certified rows there are, and how many of them answer otherwise when one attribute changes, of all changes.</summary>
    public static (int Certified, int Flipped) Attack(MLContext ml, FeatureGroups? groups)
    {
        IDataView view = View(ml);
        IEstimator<ITransformer> chain = ml.Transforms.RandomAblation(1, encoding: AblationEncoding.Missing, groups: groups, seed: 1)
            .Append(ml.Transforms.CustomMapping<Seen, Answer>(Classify, contractName: null));
        IDataView report = ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper with { Seed = 1, Threads = 1 }).Fit(view).Transform(view);
        int[] radii = [.. report.GetColumn<int>("CertifiedRadius")];
        uint[] answers = [.. report.GetColumn<uint>("PredictedLabel")];
        int[] certified = [.. Enumerable.Range(0, All.Length).Where(row => radii[row] >= 1)];
        return (certified.Length, certified.Count(row => Enumerable.Range(0, All.Length).Any(other => Distance(All[row], All[other]) == 1 && answers[other] != answers[row])));
    }

    private static void Classify(Seen seen, Answer answer)
    {
        float[] x = seen.Features;
        bool?[] hints =
        [
            Hint(x[0], value => value == 0), Hint(x[1], value => value == 1), Hint(x[2], _ => false),
            .. x[3..].Select(number => Hint(number, value => value == 1)),
        ];
        answer.PredictedLabel = hints.Count(hint => hint == true) > hints.Count(hint => hint == false) ? 1u : 0u;

        static bool? Hint(float value, Func<float, bool> says) => float.IsNaN(value) ? null : says(value);
    }

    private static int Distance(Row left, Row right)
        => new[] { left.Region != right.Region, left.A != right.A, left.B != right.B, left.C != right.C, left.D != right.D }.Count(differs => differs);
}
