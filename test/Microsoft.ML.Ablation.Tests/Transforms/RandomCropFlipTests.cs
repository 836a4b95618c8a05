using Microsoft.ML.Ablation.Tests.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Transforms;

[TestClass]
public sealed class RandomCropFlipTests
{
    private const int Height = 4, Width = 5;
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Planar
    {
        [VectorType(2, Height, Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Interleaved
    {
        [VectorType(Height, Width, 2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Flat
    {
        [VectorType(2 * Height * Width)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>Every value of the image is another, and none is zero.</summary>
    private static float Value(int channel, int y, int x) => (1 + channel * Height * Width + y * Width + x) / 100f;

    private static float[] PlanarImage() => [.. from channel in Enumerable.Range(0, 2)
                                                from y in Enumerable.Range(0, Height)
                                                from x in Enumerable.Range(0, Width)
                                                select Value(channel, y, x)];

    private static float[] InterleavedImage() => [.. from y in Enumerable.Range(0, Height)
                                                     from x in Enumerable.Range(0, Width)
                                                     from channel in Enumerable.Range(0, 2)
                                                     select Value(channel, y, x)];

    private static IDataView PlanarRows(int count)
        => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => new Planar { Features = PlanarImage() }).ToArray());

    private static List<float[]> Read(IDataView view, Random? random)
    {
        var rows = new List<float[]>();
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]], random);
        var getRow = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> row = default;
        while (cursor.MoveNext())
        {
            getRow(ref row);
            rows.Add([.. row.DenseValues()]);
        }
        return rows;
    }

    /// <summary>The image moved and mirrored, written out plainly in planar order.</summary>
    private static float[] Changed(int down, int right, bool mirrored) => [.. from channel in Enumerable.Range(0, 2)
                                                                              from y in Enumerable.Range(0, Height)
                                                                              from x in Enumerable.Range(0, Width)
                                                                              let fromX = (mirrored ? Width - 1 - x : x) + right
                                                                              let fromY = y + down
                                                                              select fromX is >= 0 and < Width && fromY is >= 0 and < Height
                                                                                  ? Value(channel, fromY, fromX) : 0f];

    [TestMethod]
    public void Without_a_random_images_stay_as_they_are()
    {
        IDataView rows = PlanarRows(5);
        IDataView view = Ml.Transforms.RandomCropFlip(2).Fit(rows).Transform(rows);
        Assert.AreEqual(rows.Schema["Features"].Type, view.Schema["Features"].Type);
        foreach (float[] row in Read(view, null))
            CollectionAssert.AreEqual(PlanarImage(), row);
    }

    [TestMethod]
    public void With_a_random_every_move_and_mirror_image_is_equally_likely()
    {
        const int samples = 20_000;
        var variants = new Dictionary<string, int>();
        foreach (bool mirrored in new[] { false, true })
        {
            for (int down = -2; down <= 2; down++)
            {
                for (int right = -2; right <= 2; right++)
                    variants.Add(string.Join(' ', Changed(down, right, mirrored)), 0);
            }
        }
        IDataView rows = PlanarRows(samples);
        foreach (float[] row in Read(Ml.Transforms.RandomCropFlip(2).Fit(rows).Transform(rows), new Random(7)))
            variants[string.Join(' ', row)]++;
        double expected = samples / 50.0;
        ChiSquare.AssertPlausible(variants.Values.Sum(count => (count - expected) * (count - expected) / expected), 49);
    }

    [TestMethod]
    public void Options_leave_out_the_mirror_or_the_move()
    {
        IDataView rows = PlanarRows(200);
        string[] moved = [.. Read(Ml.Transforms.RandomCropFlip(1, flip: false).Fit(rows).Transform(rows), new Random(1)).Select(row => string.Join(' ', row)).Distinct()];
        Assert.HasCount(9, moved);
        string[] mirrored = [.. Read(Ml.Transforms.RandomCropFlip(0).Fit(rows).Transform(rows), new Random(1)).Select(row => string.Join(' ', row)).Distinct()];
        CollectionAssert.AreEquivalent(new[] { string.Join(' ', Changed(0, 0, false)), string.Join(' ', Changed(0, 0, true)) }, mirrored);
    }

    [TestMethod]
    public void Interleaved_and_flat_images_change_as_planar_ones_do()
    {
        IDataView interleaved = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(_ => new Interleaved { Features = InterleavedImage() }).ToArray());
        IDataView flat = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(_ => new Flat { Features = PlanarImage() }).ToArray());
        List<float[]> expected = Read(Ml.Transforms.RandomCropFlip(2).Fit(PlanarRows(50)).Transform(PlanarRows(50)), new Random(3));
        List<float[]> found = Read(Ml.Transforms.RandomCropFlip(2).Fit(interleaved).Transform(interleaved), new Random(3));
        var options = new RandomCropFlipOptions { Padding = 2, Shape = new ImageShape(2, Height, Width) };
        IDataView flatView = Ml.Transforms.RandomCropFlip(options).Fit(flat).Transform(flat);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2, Height, Width), flatView.Schema["Features"].Type);
        List<float[]> foundFlat = Read(flatView, new Random(3));
        for (int i = 0; i < 50; i++)
        {
            CollectionAssert.AreEqual(expected[i], foundFlat[i]);
            for (int position = 0; position < Height * Width; position++)
            {
                for (int channel = 0; channel < 2; channel++)
                    Assert.AreEqual(expected[i][channel * Height * Width + position], found[i][position * 2 + channel]);
            }
        }
    }

    [TestMethod]
    public void Random_ablation_behind_it_still_draws_afresh_and_sees_the_changes()
    {
        IDataView rows = PlanarRows(300);
        var chain = Ml.Transforms.RandomCropFlip(2).Append(Ml.Transforms.RandomAblation(k: Height * Width));
        IDataView view = chain.Fit(rows).Transform(rows);
        var random = new AblationRandom(5);
        // All positions are retained, so that what varies is the move and the mirror.
        Assert.IsGreaterThan(40, Read(view, random).Select(row => string.Join(' ', row)).Distinct().Count());
        Assert.IsTrue(random.Consumed);
        StringAssert.EndsWith(random.Ablation, ", RandomCropFlip of 2 pixels with mirror images");
        Assert.HasCount(1, Read(view, null).Select(row => string.Join(' ', row)).Distinct().ToArray());
    }

    [TestMethod]
    public void It_is_saved_and_loaded()
    {
        IDataView rows = PlanarRows(20);
        using var stream = new MemoryStream();
        RandomCropFlipTransformer transformer = Ml.Transforms.RandomCropFlip(3, flip: false).Fit(rows);
        Ml.Model.Save(transformer, rows.Schema, stream);
        var loaded = (RandomCropFlipTransformer)Ml.Model.Load(stream, out _);
        Assert.AreEqual(3, loaded.Padding);
        Assert.IsFalse(loaded.Flip);
        List<float[]> expected = Read(transformer.Transform(rows), new Random(2)), found = Read(loaded.Transform(rows), new Random(2));
        for (int i = 0; i < expected.Count; i++)
            CollectionAssert.AreEqual(expected[i], found[i]);
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        IDataView rows = PlanarRows(1);
        Refused("Padding is -1", () => Ml.Transforms.RandomCropFlip(-1));
        Refused("leave the transform out", () => Ml.Transforms.RandomCropFlip(0, flip: false));
        Refused("Padding is 4, but column 'Features' has images of 4 × 5 pixels", () => Ml.Transforms.RandomCropFlip(4).Fit(rows));
        Refused("Missing", () => Ml.Transforms.RandomCropFlip(1, outputColumnName: "Missing").Fit(rows));
    }

    private static void Refused(string message, Action action)
        => StringAssert.Contains(Assert.Throws<ArgumentException>(action).Message, message);
}
