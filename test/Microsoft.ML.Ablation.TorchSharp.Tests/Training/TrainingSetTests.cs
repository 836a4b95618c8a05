using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class TrainingSetTests
{
    private const int Rows = 500;
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NetworkShape Shape = new(ToyImages.Channels, ToyImages.Height, ToyImages.Width, ToyImages.Classes);

    private static TrainingSet Make(AblatedImageClassificationTrainer.Options options, bool canShuffle = true)
    {
        // The first value tells the rows apart.
        ToyImages.Planar[] images = ToyImages.Make(Rows);
        for (int i = 0; i < Rows; i++)
            images[i].Features[0] = i;
        var data = new FreshView(Ml.Data.Cache(ToyImages.ToView(Ml, images)), canShuffle);
        DataViewSchema.Column features = data.Schema["Features"];
        return new TrainingSet(data, data.Schema["Label"], features, ImageColumn.Read(features), Shape, options, new TrainingSeed(3));
    }

    private static List<(int Row, long Class)> Read(IEnumerable<ImageBatch> batches)
    {
        TorchRuntime.EnsureLoaded();
        var rows = new List<(int, long)>();
        foreach (ImageBatch batch in batches)
        {
            using var scope = global::TorchSharp.torch.NewDisposeScope();
            float[] images = batch.ImagesOn(global::TorchSharp.torch.CPU).data<float>().ToArray();
            long[] classes = batch.ClassesOn(global::TorchSharp.torch.CPU).data<long>().ToArray();
            for (int i = 0; i < batch.Count; i++)
                rows.Add(((int)images[i * Shape.Values], classes[i]));
        }
        return rows;
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Every_row_is_either_trained_on_once_per_epoch_or_held_out(bool canShuffle)
    {
        var options = new AblatedImageClassificationTrainer.Options { BatchSize = 32, ValidationFraction = 0.2 };
        TrainingSet set = Make(options, canShuffle);
        RowCounts counts = set.Count();
        int[] heldOut = [.. Read(set.HeldOut()).Select(row => row.Row)];
        Assert.HasCount((int)counts.HeldOut, heldOut);
        Assert.IsTrue(heldOut.Length is > 60 and < 140);

        int[][] epochs = [.. Enumerable.Range(1, 3).Select(epoch => Read(set.Epoch(epoch)).Select(row => row.Row).ToArray())];
        foreach (int[] epoch in epochs)
        {
            Assert.HasCount((int)counts.Training, epoch);
            CollectionAssert.AreEquivalent(Enumerable.Range(0, Rows).Except(heldOut).ToArray(), epoch);
            CollectionAssert.AreNotEqual(epoch.Order().ToArray(), epoch);
        }
        CollectionAssert.AreNotEqual(epochs[0], epochs[1]);
        CollectionAssert.AreEqual(epochs[0], Read(set.Epoch(1)).Select(row => row.Row).ToArray());
    }

    [TestMethod]
    public void The_rows_held_out_can_be_had_as_a_view()
    {
        var options = new AblatedImageClassificationTrainer.Options { BatchSize = 32, ValidationFraction = 0.2, Seed = 3 };
        ToyImages.Planar[] images = ToyImages.Make(Rows);
        for (int i = 0; i < Rows; i++)
            images[i].Features[0] = i;
        IDataView data = Ml.Data.Cache(ToyImages.ToView(Ml, images));
        IDataView heldOut = AblatedImageClassificationTrainer.HeldOutRows(data, options);
        int[] expected = [.. Read(Make(options).HeldOut()).Select(row => row.Row)];
        CollectionAssert.AreEqual(expected, heldOut.GetColumn<float[]>("Features").Select(pixels => (int)pixels[0]).ToArray());
        // Shuffled they are the same rows.
        var shuffled = new List<int>();
        using (DataViewRowCursor cursor = heldOut.GetRowCursor([heldOut.Schema["Features"]], new Random(1)))
        {
            ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(heldOut.Schema["Features"]);
            VBuffer<float> pixels = default;
            while (cursor.MoveNext())
            {
                get(ref pixels);
                shuffled.Add((int)pixels.GetItemOrDefault(0));
            }
        }
        CollectionAssert.AreEquivalent(expected, shuffled);
        CollectionAssert.AreNotEqual(expected, shuffled);
        Assert.ThrowsExactly<ArgumentException>(() => AblatedImageClassificationTrainer.HeldOutRows(data, new AblatedImageClassificationTrainer.Options()));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Images_keep_their_classes(bool canShuffle)
    {
        TrainingSet set = Make(new AblatedImageClassificationTrainer.Options { BatchSize = 32, ValidationFraction = 0 }, canShuffle);
        Assert.IsTrue(Read(set.Epoch(1)).All(row => row.Class == row.Row % ToyImages.Classes));
        Assert.IsEmpty(Read(set.HeldOut()));
    }

    [TestMethod]
    public void With_masks_per_batch_no_batch_crosses_a_mask()
    {
        var options = new AblatedImageClassificationTrainer.Options { BatchSize = 32, ValidationFraction = 0.2, MaskSharing = MaskSharing.PerBatch };
        TrainingSet set = Make(options);
        int[] sizes = [.. set.Epoch(1).Select(batch => batch.Count)];
        Assert.HasCount((Rows + 31) / 32, sizes);
        Assert.AreEqual(set.BatchesOf(set.Count()), sizes.Length);
        Assert.AreEqual(set.Count().Training, sizes.Sum());
    }

    [TestMethod]
    public void A_pool_smaller_than_the_data_still_gives_every_row_once()
    {
        var pool = new ShufflePool(10, new Random(1));
        var batch = new ImageBatch(new NetworkShape(1, 4, 4, 2), 1);
        var seen = new List<float>();
        for (int i = 0; i < 100; i++)
        {
            batch.NextRow.Fill(i);
            batch.NextClass = i;
            if (pool.Exchange(batch))
                Keep();
        }
        while (pool.Drain(batch))
            Keep();
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).Select(i => (float)i).ToArray(), seen);
        CollectionAssert.AreNotEqual(seen.Order().ToArray(), seen);

        void Keep()
        {
            Assert.AreEqual(batch.NextClass, (long)batch.NextRow[0]);
            Assert.AreEqual(batch.NextRow[0], batch.NextRow[^1]);
            seen.Add(batch.NextRow[0]);
        }
    }
}
