using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Tests.Evaluation;

/// <summary>Labels and answers are the same class when their values are, whatever their numbers.</summary>
[TestClass]
public sealed class ClassMapTests
{
    private static readonly string[] s_truth = ["ant", "bee", "cat", "bee", "ant", "cat", "cat"];
    private static readonly string[] s_answers = ["ant", "bee", "cat", "cat", "ant", "", "cat"];
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public string Truth { get; set; } = "";

        public string Answer { get; set; } = "";

        public int CertifiedRadius { get; set; }

        [KeyType(3)]
        public uint Number { get; set; }

        public bool IsAnt { get; set; }
    }

    private sealed class Class
    {
        public string Name { get; set; } = "";
    }


    private IDataView Rows => _ml.Data.LoadFromEnumerable(s_truth.Zip(s_answers, (truth, answer) => new Row
    {
        Truth = truth,
        Answer = answer,
        CertifiedRadius = answer.Length == 0 ? -1 : 1,
        Number = (uint)Array.IndexOf(["ant", "bee", "cat"], truth),
        IsAnt = truth == "ant",
    }).ToArray());

    /// <summary>A key column whose values have the order given.</summary>
    private IDataView Key(IDataView data, string name, string source, params string[] order)
        => _ml.Transforms.Conversion.MapValueToKey(name, source, keyData: _ml.Data.LoadFromEnumerable(order.Select(value => new Class { Name = value }))).Fit(data).Transform(data);

    private IDataView Report(params string[] labels)
        => Key(Key(Rows, "PredictedLabel", "Answer", "ant", "bee", "cat"), "Label", "Truth", labels);

    private CertifiedMetrics Evaluate(IDataView report, string label = "Label") => _ml.MulticlassClassification.EvaluateCertified(report, label);

    private static string Refused(Action evaluate) => Assert.Throws<ArgumentException>(evaluate).Message;

    [TestMethod]
    public void Classes_are_compared_by_their_values()
    {
        foreach (string[] order in new string[][]
        {
            ["ant", "bee", "cat"], ["cat", "ant", "bee"], ["bee", "cat", "ant"], ["cat", "bee", "ant"],
            // Classes that no row has do no harm.
            ["dog", "cat", "elk", "bee", "ant"],
        })
        {
            CertifiedMetrics metrics = Evaluate(Report(order));
            Assert.AreEqual(5 / 7.0, metrics.ClassificationAccuracy, string.Join(' ', order));
            Assert.AreEqual(5 / 7.0, metrics.CertifiedAccuracyAt(1));
            Assert.AreEqual(1, metrics.AbstainedCount);
        }
        // As MapValueToKey itself numbers the labels of other rows: in the order in which it meets them.
        IDataView turned = _ml.Data.LoadFromEnumerable(_ml.Data.CreateEnumerable<Row>(Rows, reuseRowObject: false).Reverse().ToArray());
        IDataView keyed = Key(turned, "PredictedLabel", "Answer", "ant", "bee", "cat");
        Assert.AreEqual(5 / 7.0, Evaluate(_ml.Transforms.Conversion.MapValueToKey("Label", "Truth").Fit(keyed).Transform(keyed)).ClassificationAccuracy);
    }

    [TestMethod]
    public void Classes_that_have_nothing_in_common_are_refused_and_a_row_with_one_that_the_model_lacks()
    {
        StringAssert.Contains(Refused(() => Evaluate(Key(Report("ant", "bee", "cat"), "Other", "Truth", "x", "y", "z"), "Other")),
            "Column 'Other' has the classes 'x', 'y', 'z', but 'PredictedLabel' has 'ant', 'bee', 'cat', none of which is one of them");
        IDataView lacking = Key(Key(Rows, "PredictedLabel", "Answer", "ant", "cat"), "Label", "Truth", "cat", "bee", "ant");
        StringAssert.Contains(Refused(() => Evaluate(lacking)),
            "Row 1 has the label 'bee' in column 'Label', but 'PredictedLabel' has only the classes 'ant', 'cat'; drop such rows");
        StringAssert.Contains(Refused(() => Evaluate(Key(Rows, "PredictedLabel", "Answer", "ant", "bee", "cat"), "Truth")),
            "use Conversion.MapValueToKey, whatever the order of its keys");
    }

    [TestMethod]
    public void Numbers_are_compared_where_a_key_has_no_values_and_the_log_says_so()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        Assert.AreEqual(5 / 7.0, Evaluate(Report("ant", "bee", "cat"), "Number").ClassificationAccuracy);
        Assert.AreEqual("'Number' and 'PredictedLabel' are compared by their numbers, because 'Number' has no key values: they must have been numbered alike.", warnings.Single());
        IDataView four = Key(Key(Rows, "PredictedLabel", "Answer", "ant", "bee", "cat", "dog"), "Label", "Truth", "ant");
        StringAssert.Contains(Refused(() => Evaluate(four, "Number")), "Column 'Number' is a key of 3 values and 'PredictedLabel' of 4, and 'Number' has no key values");
    }

    [TestMethod]
    public void Booleans_and_keys_of_them_are_the_same_classes_in_any_order()
    {
        foreach (string[] order in new string[][] { ["False", "True"], ["True", "False"] })
        {
            IDataView report = _ml.Transforms.CustomMapping<Row, Class>((row, made) => made.Name = row.Answer == "ant" ? "True" : "False", contractName: null)
                .Fit(Rows).Transform(Rows);
            report = Key(report, "PredictedLabel", "Name", order);
            Assert.AreEqual(1.0, Evaluate(report, "IsAnt").ClassificationAccuracy);
        }
        IDataView numbers = _ml.Transforms.CustomMapping<Row, Answered>((row, made) => made.PredictedLabel = row.IsAnt ? 1u : 0u, contractName: null).Fit(Rows).Transform(Rows);
        StringAssert.Contains(Refused(() => Evaluate(numbers, "IsAnt")), "nothing tells which number stands for True");
    }

    private sealed class Answered
    {
        [KeyType(2)]
        public uint PredictedLabel { get; set; }
    }

    [TestMethod]
    public void Values_of_other_types_are_compared_as_text()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(s_truth.Select((_, i) => new Numbered { Truth = 10 * (i % 3), Answer = $"{10 * (i % 3)}", CertifiedRadius = 0 }).ToArray());
        IDataView report = _ml.Transforms.Conversion.MapValueToKey("Label", "Truth", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Answer",
                keyData: _ml.Data.LoadFromEnumerable(new[] { "20", "0", "10" }.Select(value => new Class { Name = value }))))
            .Fit(rows).Transform(rows);
        Assert.AreEqual(1.0, Evaluate(report).ClassificationAccuracy);
    }

    private sealed class Numbered
    {
        public int Truth { get; set; }

        public string Answer { get; set; } = "";

        public int CertifiedRadius { get; set; }
    }

    [TestMethod]
    public void Advice_fits_the_column()
    {
        IDataView report = Report("ant", "bee", "cat");
        IDataView named = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(report).Transform(report);
        string message = Refused(() => Evaluate(named));
        StringAssert.Contains(message, "The predicted label column 'PredictedLabel' has type String, but a key or a Boolean is needed; leave the model's answer as it is");
        Assert.IsFalse(message.Contains("MapValueToKey", StringComparison.Ordinal));
        // What the advice says works: under another name.
        named = _ml.Transforms.Conversion.MapKeyToValue("Answered", "PredictedLabel").Fit(report).Transform(report);
        Assert.AreEqual(5 / 7.0, Evaluate(named).ClassificationAccuracy);
        // The advice for rows without a label works too.
        IDataView missing = Report("ant", "bee");
        StringAssert.Contains(Refused(() => Evaluate(missing)), "Row 2 has no label, or one that the training data did not have, in column 'Label'; drop such rows (FilterRowsByMissingValues)");
        Assert.AreEqual(4, Evaluate(_ml.Data.FilterRowsByMissingValues(missing, "Label")).RowCount);
    }

    [TestMethod]
    public void A_certifier_reads_labels_as_it_numbers_classes()
    {
        IDataView table = Key(Table.View(_ml, 60), "Key", "Label", "ant", "bee", "cat");
        SmoothedCertifierTransformer model = _ml.Transforms.SmoothedCertifier(
            _ml.Transforms.RandomAblation(3, seed: 5).Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Key", maximumNumberOfIterations: 2)),
            Table.FewVotes()).Fit(table);
        IDataView other = Key(table, "Other", "Label", "cat", "bee", "ant");
        ClassMap map = model.LabelsOf(other.Schema, "Other");
        CollectionAssert.AreEqual(new[] { "ant", "bee", "cat" }, map.Classes.ToArray());
        using DataViewRowCursor cursor = other.GetRowCursor([other.Schema["Other"]]);
        ValueGetter<uint> get = map.LabelGetter(cursor);
        uint number = 0;
        for (uint row = 0; row < 3; row++)
        {
            cursor.MoveNext();
            get(ref number);
            Assert.AreEqual(row + 1, number);
        }
    }
}
