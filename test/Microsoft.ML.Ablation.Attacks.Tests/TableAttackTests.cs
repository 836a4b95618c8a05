using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Attacks.Tests;

/// <summary>Attacks on tables count attributes, as their certificates do.</summary>
[TestClass]
public sealed class TableAttackTests
{
    private static readonly string[] s_columns = ["One", "Two", "Kind", "Other"];
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float One { get; set; }

        public float Two { get; set; }

        public string Kind { get; set; } = "";

        public string Other { get; set; } = "";

        public bool Label { get; set; }
    }

    private static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            bool label = random.Next(2) == 0;
            return new Row
            {
                Label = label,
                One = random.NextSingle() / 2 + (label ? 0.5f : 0),
                Two = random.NextSingle() / 2 + (label ? 0.5f : 0),
                Kind = (label ? 3 : 0) + random.Next(3) is var kind ? $"kind {kind}" : "",
                Other = (label ? 2 : 0) + random.Next(2) is var other ? $"other {other}" : "",
            };
        })];
    }

    [TestMethod]
    [DataRow("Pointwise")]
    [DataRow("SparseRandomSearch")]
    public void Slots_of_an_attribute_are_changed_as_one(string name)
    {
        Attack attack = name == "Pointwise" ? new PointwiseAttack { Restarts = 3 } : new SparseRandomSearch { Steps = 50 };
        ITransformer model = _ml.Transforms.Categorical.OneHotEncoding([new("Kind"), new("Other")]).Append(_ml.Transforms.Concatenate("Features", s_columns))
            .Append(_ml.Transforms.SmoothedCertifier(
                _ml.Transforms.RandomAblation(1, encoding: AblationEncoding.Presence, groups: FeatureGroups.OfColumns(s_columns), seed: 1)
                    .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 20)),
                SmoothedCertifierOptions.Paper with { Seed = 1 }, trainingCopies: 5))
            .Fit(_ml.Data.LoadFromEnumerable(Rows(300, seed: 1)));
        ITransformer[] parts = [.. CertifierChain.Parts(model)];
        IDataView encoded = parts[..^1].Aggregate(_ml.Data.LoadFromEnumerable(Rows(12, seed: 2)), (rows, part) => part.Transform(rows));
        int attacked = 0;
        foreach (AttackResult result in _ml.MulticlassClassification.Attack(parts[^1], encoded, attack))
        {
            Assert.IsFalse(result.RefutesCertificate);
            if (result is not { Distance: > 0 and int distance, Adversarial: { } adversarial })
                continue;
            float[] changed = [.. adversarial.Zip(result.Original, (after, before) => after - before)];
            int[][] groups = [[0], [1], [.. Enumerable.Range(2, 6)], [.. Enumerable.Range(8, 4)]];
            Assert.AreEqual(groups.Count(group => group.Any(slot => changed[slot] != 0)), distance);
            attacked++;
        }
        Assert.IsGreaterThan(3, attacked);
    }

    [TestMethod]
    public void Labels_are_compared_with_answers_by_their_values()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Rows(40, seed: 1));
        IDataView train = Key(Key(_ml.Transforms.Concatenate("Features", "One", "Two").Fit(rows).Transform(rows), "Trained", "yes", "no"), "Label", "no", "yes");
        ITransformer model = _ml.MulticlassClassification.Trainers.NearestNeighbor("Trained").Fit(train);
        AttackResult[] results = [.. _ml.MulticlassClassification.Attack(model, _ml.Data.TakeRows(train, 4), new PointwiseAttack { Restarts = 1 })];
        // Every row is its own nearest one, so that every answer is right before the attack.
        foreach ((AttackResult result, Row row) in results.Zip(Rows(40, seed: 1)))
        {
            Assert.AreEqual(row.Label ? "yes" : "no", result.Label);
            Assert.AreEqual(result.Label, result.Answer);
            Assert.AreNotEqual(0, result.Distance);
        }
        string message = Assert.Throws<ArgumentException>(() => _ml.MulticlassClassification.Attack(model, Key(train, "Label", "maybe", "perhaps"), new PointwiseAttack()).ToArray()).Message;
        StringAssert.Contains(message, "Column 'Label' has the classes 'maybe', 'perhaps', but 'PredictedLabel' has 'yes', 'no'");
        var named = new TransformerChain<ITransformer>(model, _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(train)));
        message = Assert.Throws<ArgumentException>(() => _ml.MulticlassClassification.Attack(named, train, new PointwiseAttack()).ToArray()).Message;
        StringAssert.Contains(message, "leave the model's answer as it is");
    }

    /// <summary>A key of the rows' class with the two values given, in this order.</summary>
    private IDataView Key(IDataView rows, string name, string first, string second)
    {
        IDataView values = _ml.Data.LoadFromEnumerable(new[] { new Named { Name = first }, new Named { Name = second } });
        return _ml.Transforms.CustomMapping<Labelled, Named>((row, named) => named.Name = row.One >= 0.5f ? "yes" : "no", contractName: null)
            .Append(_ml.Transforms.Conversion.MapValueToKey(name, "Name", keyData: values)).Fit(rows).Transform(rows);
    }

    private sealed class Labelled
    {
        public float One { get; set; }
    }

    private sealed class Named
    {
        public string Name { get; set; } = "";
    }
}
