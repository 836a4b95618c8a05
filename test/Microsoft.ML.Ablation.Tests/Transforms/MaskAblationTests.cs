using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Transforms;

/// <summary>What fixed masks show, how they are chosen, and what their file holds.</summary>
[TestClass]
public sealed class MaskAblationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_view_shows_each_row_through_one_mask_which_its_values_choose()
    {
        IDataView digits = _ml.Data.LoadGeneratedDigits(60, seed: 1);
        MaskAblationTransformer ablation = _ml.Transforms.PartitionAblation(masks: 9, labelColumnName: null).Fit(digits);
        int[] shown = MasksOf(ablation, ablation.Transform(digits));
        Assert.AreEqual(60, shown.Length);
        Assert.IsGreaterThan(5, shown.Distinct().Count());
        CollectionAssert.AreEqual(shown, MasksOf(ablation, ablation.Transform(digits)), "the same each time");
        int[] alone = MasksOf(ablation, ablation.Transform(_ml.Data.SkipRows(digits, 40)));
        CollectionAssert.AreEqual(shown[40..], alone, "whatever the other rows");
    }

    [TestMethod]
    public void Repeated_rows_are_shown_through_every_mask_once()
    {
        IDataView digits = _ml.Data.LoadGeneratedDigits(5, seed: 1);
        MaskAblationTransformer ablation = _ml.Transforms.PartitionAblation(masks: 9, labelColumnName: null).Fit(digits);
        int[] shown = MasksOf(ablation, ablation.Transform(_ml.Data.RepeatRows(digits, 9)));
        for (int row = 0; row < 5; row++)
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 9).ToArray(), Enumerable.Range(0, 9).Select(copy => shown[5 * copy + row]).ToArray());
    }

    [TestMethod]
    [DataRow(AblationEncoding.Complement)]
    [DataRow(AblationEncoding.Mean)]
    [DataRow(AblationEncoding.Missing)]
    [DataRow(AblationEncoding.Presence)]
    public void Masks_and_encoding_survive_the_file(AblationEncoding encoding)
    {
        IDataView digits = _ml.Data.LoadGeneratedDigits(20, seed: 1);
        foreach (MaskAblationEstimator estimator in (MaskAblationEstimator[])
            [
                _ml.Transforms.PartitionAblation(masks: 65, encoding: encoding, labelColumnName: null, seed: 3),
                _ml.Transforms.BandAblation(width: 4, encoding: encoding),
                _ml.Transforms.BlockAblation(side: 12, encoding: encoding),
                _ml.Transforms.MaskAblation(new() { Masks = AblationMasks.Of(MaskFamily.Of(784, [[0, 5], [783]])), Encoding = encoding }),
            ])
        {
            MaskAblationTransformer fitted = estimator.Fit(digits);
            using var file = new MemoryStream();
            _ml.Model.Save(fitted, digits.Schema, file);
            file.Position = 0;
            var loaded = (MaskAblationTransformer)new MLContext().Model.Load(file, out _);
            Assert.AreEqual(fitted.Family.ToString(), loaded.Family.ToString());
            for (int mask = 0; mask < fitted.Family.Count; mask++)
                CollectionAssert.AreEqual(fitted.Family.Retained(mask).ToArray(), loaded.Family.Retained(mask).ToArray());
            CollectionAssert.AreEqual(fitted.Means.ToArray(), loaded.Means.ToArray());
            foreach ((float[] before, float[] after) in fitted.Transform(digits).Vectors<float>("Features").Zip(loaded.Transform(digits).Vectors<float>("Features")))
                CollectionAssert.AreEqual(before, after);
        }
    }

    [TestMethod]
    public void Attributes_of_a_table_are_shown_together()
    {
        IDataView loans = Tables.Loans.View(_ml, 50, seed: 1);
        MaskAblationTransformer ablation = _ml.Transforms.PartitionAblation(masks: 3, encoding: AblationEncoding.Missing, labelColumnName: null).Fit(loans);
        Assert.AreEqual("3 masks of 2 of 6 positions", ablation.Family.ToString());
        foreach (float[] row in ablation.Transform(loans).Vectors<float>("Features"))
        {
            bool[] isShown = [.. row.Select(value => !float.IsNaN(value))];
            Assert.AreEqual(isShown[2], isShown[4], "the three slots of Region");
            Assert.AreEqual(isShown[6], isShown[7], "the two slots of Housing");
        }
    }

    /// <summary>Of three classes each is told by two neighbouring values; masks that mix them tell all classes apart, and masks of neighbours only one.</summary>
    [TestMethod]
    public void A_learnt_partition_tells_classes_apart_through_every_mask()
    {
        IDataView keyed = Keyed(Table.View(_ml));
        MaskFamily family = _ml.Transforms.PartitionAblation(masks: 2).Fit(keyed).Family;
        Assert.IsTrue(family.IsPartition);
        for (int mask = 0; mask < 2; mask++)
            CollectionAssert.AreEquivalent(new[] { 0, 1, 2 }, family.Retained(mask).ToArray().Select(slot => slot / 2).ToArray());
        Assert.AreEqual(family.ToString(), _ml.Transforms.PartitionAblation(masks: 2).Fit(keyed).Family.ToString());
    }

    [TestMethod]
    public void A_learnt_partition_covers_each_position_once_whatever_the_data()
    {
        IDataView values = Keyed(Table.View(_ml)), attributes = Tables.Loans.View(_ml, 100, seed: 1);
        foreach ((IDataView data, int masks) in ((IDataView, int)[])[(values, 6), (values, 4), (attributes, 5), (attributes, 1)])
        {
            MaskFamily family = _ml.Transforms.PartitionAblation(masks).Fit(data).Family;
            Assert.AreEqual(masks, family.Count);
            Assert.IsTrue(family.IsPartition);
        }
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        IDataView digits = _ml.Data.LoadGeneratedDigits(10, seed: 1), loans = Tables.Loans.View(_ml, 10, seed: 1);
        Refused("masks is 0; it must be at least 1", () => _ml.Transforms.PartitionAblation(masks: 0));
        Refused("width is 0", () => _ml.Transforms.BandAblation(width: 0));
        Refused("The number of masks is 785, but column 'Features' has 784", () => _ml.Transforms.PartitionAblation(masks: 785, labelColumnName: null).Fit(digits));
        Refused("The width of a band is 29, but column 'Features' has 28", () => _ml.Transforms.BandAblation(width: 29).Fit(digits));
        Refused("The side of a block is 29", () => _ml.Transforms.BlockAblation(side: 29).Fit(digits));
        Refused("Bands are parts of an image, but column 'Features'", () => _ml.Transforms.BandAblation(width: 1).Fit(loans));
        Refused("The label column 'Label' has type String", () => _ml.Transforms.PartitionAblation(masks: 10).Fit(digits));
        Refused("masks are of 4 positions, but column 'Features' has 784", () => _ml.Transforms.MaskAblation(new() { Masks = AblationMasks.Of(MaskFamily.Partition(4, 2, 1)) }).Fit(digits));
        MaskAblationTransformer fitted = _ml.Transforms.BandAblation(width: 4).Fit(digits);
        Refused("6 positions, but the masks are of 784", () => fitted.Transform(Table.View(_ml)).Vectors<float>("Features"));

        static void Refused(string message, Action act) => StringAssert.Contains(Assert.Throws<ArgumentException>(act).Message, message);
    }

    private IDataView Keyed(IDataView data) => _ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    /// <summary>The mask through which each row is shown: exactly its positions are not NULL.</summary>
    private static int[] MasksOf(MaskAblationTransformer ablation, IDataView view)
        => [.. view.Vectors<float>("Features").Select(row => Enumerable.Range(0, ablation.Family.Count).Single(mask =>
        {
            int[] seen = [.. Enumerable.Range(0, 784).Where(position => row[position] != 0 || row[784 + position] != 0)];
            return seen.SequenceEqual(ablation.Family.Retained(mask).ToArray());
        }))];
}
