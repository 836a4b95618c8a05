using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Datasets;

[TestClass]
public class ImageDataViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Digit
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    [TestMethod]
    public void The_columns_are_planar_features_and_a_text_label()
    {
        IDataView view = _ml.Data.LoadGeneratedDigits(30, seed: 4);

        Assert.HasCount(2, view.Schema);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 1, 28, 28), view.Schema["Features"].Type);
        Assert.AreEqual(TextDataViewType.Instance, view.Schema["Label"].Type);
        Assert.AreEqual(30L, view.GetRowCount());
        Assert.IsTrue(view.CanShuffle);
    }

    [TestMethod]
    public void Rows_are_the_generated_images_divided_by_255()
    {
        Digit[] rows = [.. _ml.Data.CreateEnumerable<Digit>(_ml.Data.LoadGeneratedDigits(25, seed: 4), reuseRowObject: false)];

        Assert.HasCount(25, rows);
        var image = new byte[784];
        for (int i = 0; i < rows.Length; i++)
        {
            GeneratedDigits.Draw(4, i, image);
            CollectionAssert.AreEqual(Array.ConvertAll(image, grey => grey / 255f), rows[i].Features);
            Assert.AreEqual($"{GeneratedDigits.LabelOf(4, i)}", rows[i].Label);
        }
    }

    [TestMethod]
    public void Shuffling_keeps_every_row_once_with_its_own_label_and_id()
    {
        IDataView view = _ml.Data.LoadGeneratedDigits(100);
        var order = new List<ulong>();
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema, new Random(3));
        ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        ReadOnlyMemory<char> text = default;
        VBuffer<float> values = default;
        DataViewRowId row = default;
        var image = new byte[784];
        while (cursor.MoveNext())
        {
            Assert.AreEqual(order.Count, cursor.Position);
            label(ref text);
            features(ref values);
            id(ref row);
            order.Add(row.Low);
            GeneratedDigits.Draw(0, (int)row.Low, image);
            Assert.AreEqual($"{GeneratedDigits.LabelOf(0, (int)row.Low)}", text.ToString());
            CollectionAssert.AreEqual(Array.ConvertAll(image, grey => grey / 255f), values.DenseValues().ToArray());
        }
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).Select(i => (ulong)i).ToArray(), order);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 100).Select(i => (ulong)i).ToArray(), order);
    }

    [TestMethod]
    public void Reading_the_labels_alone_draws_no_image()
    {
        IDataView view = _ml.Data.LoadGeneratedDigits(1_000_000);
        Assert.AreEqual(1_000_000, view.GetColumn<string>("Label").Count());
    }

    [TestMethod]
    public void A_cursor_refuses_columns_it_was_not_opened_for_and_values_between_rows()
    {
        IDataView view = _ml.Data.LoadGeneratedDigits(1);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Label"]]);
        Assert.IsTrue(cursor.IsColumnActive(view.Schema["Label"]));
        Assert.IsFalse(cursor.IsColumnActive(view.Schema["Features"]));
        Assert.ThrowsExactly<ArgumentException>(() => cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Label"]));

        ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        ReadOnlyMemory<char> text = default;
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref text));
        Assert.IsTrue(cursor.MoveNext());
        label(ref text);
        Assert.AreEqual("0", text.ToString());
        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1L, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref text));
    }

    [TestMethod]
    public void Keys_of_the_label_are_in_order_of_the_digits_and_test_rows_map_to_the_same()
    {
        IDataView train = _ml.Data.LoadGeneratedDigits(200, seed: 1);
        IDataView test = _ml.Data.LoadGeneratedDigits(200, seed: 2);
        var mapping = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(train);

        VBuffer<ReadOnlyMemory<char>> names = default;
        mapping.Transform(test).Schema["Label"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 10).Select(digit => $"{digit}").ToArray(),
            names.DenseValues().Select(name => name.ToString()).ToArray());

        uint[] keys = [.. mapping.Transform(test).GetColumn<uint>("Label")];
        for (int i = 0; i < keys.Length; i++)
            Assert.AreEqual((uint)GeneratedDigits.LabelOf(2, i) + 1, keys[i]);
    }

    [TestMethod]
    public void It_composes_with_split_shuffle_cache_and_save()
    {
        IDataView view = _ml.Data.LoadGeneratedDigits(200);
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(view, 0.25);
        int trainCount = split.TrainSet.GetColumn<string>("Label").Count();
        Assert.AreEqual(200 - trainCount, split.TestSet.GetColumn<string>("Label").Count());
        Assert.AreEqual(200, _ml.Data.ShuffleRows(_ml.Data.Cache(view)).GetColumn<string>("Label").Count());

        using var stream = new MemoryStream();
        _ml.Data.SaveAsBinary(view, stream);
        Assert.IsGreaterThan(200L, stream.Length);
    }
}
