using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Tables;

/// <summary>A small table as users have them: numbers, categories, and a class that most attributes hint at.</summary>
internal static class Loans
{
    public static readonly string[] Attributes = ["Income", "Savings", "Region", "Debt", "Housing", "Years"];

    public sealed class Row
    {
        public float Income { get; set; }

        public float Savings { get; set; }

        public string Region { get; set; } = "";

        public float Debt { get; set; }

        public string Housing { get; set; } = "";

        public float Years { get; set; }

        public bool Label { get; set; }

        public string Grade { get; set; } = "";

        public int Number { get; set; }
    }

    public static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double wealth = random.NextDouble();
            int grade = (int)(3 * wealth);
            return new Row
            {
                Income = Near(wealth),
                Savings = Near(wealth),
                Region = wealth + 0.3 * random.NextDouble() > 0.65 ? "north" : random.Next(2) == 0 ? "south" : "east",
                Debt = 1 - Near(wealth),
                Housing = Near(wealth) > 0.5f ? "own" : "rent",
                Years = Near(wealth),
                Label = wealth > 0.5,
                Grade = "abc"[grade].ToString(),
                Number = 10 * (grade + 1),
            };
        })];

        float Near(double value) => (float)Math.Clamp(value + 0.2 * (random.NextDouble() - 0.5), 0, 1);
    }

    /// <summary>The table with its feature column: 1, 1, 3, 1, 2 and 1 slots.</summary>
    public static IDataView View(MLContext ml, int count, int seed) => Encoding(ml).Transform(ml.Data.LoadFromEnumerable(Rows(count, seed)));

    /// <summary>What makes the feature column, learnt from rows that have every category.</summary>
    public static ITransformer Encoding(MLContext ml)
        => ml.Transforms.Categorical.OneHotEncoding([new InputOutputColumnPair("Region"), new InputOutputColumnPair("Housing")])
            .Append(ml.Transforms.Concatenate("Features", Attributes))
            .Fit(ml.Data.LoadFromEnumerable(Rows(200, seed: 1)));
}
