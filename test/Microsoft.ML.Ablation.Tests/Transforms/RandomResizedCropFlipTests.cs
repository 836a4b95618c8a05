using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tests.Sampling;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Transforms;

[TestClass]
public sealed class RandomResizedCropFlipTests
{
    private const int Height = 12, Width = 10, Channels = 3;
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Planar
    {
        [VectorType(Channels, Height, Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Interleaved
    {
        [VectorType(Height, Width, Channels)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Grey
    {
        [VectorType(Height, Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Flat
    {
        [VectorType(Channels * Height * Width)]
        public float[] Features { get; set; } = [];
    }

    private static float Value(int channel, int y, int x) => (channel * 131 + y * 29 + x * 17) % 97 / 96f;

    private static float[] PlanarImage() => [.. from channel in Enumerable.Range(0, Channels)
                                                from y in Enumerable.Range(0, Height)
                                                from x in Enumerable.Range(0, Width)
                                                select Value(channel, y, x)];

    private static float[] InterleavedImage() => [.. from y in Enumerable.Range(0, Height)
                                                     from x in Enumerable.Range(0, Width)
                                                     from channel in Enumerable.Range(0, Channels)
                                                     select Value(channel, y, x)];

    private static IDataView PlanarRows(int count)
        => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => new Planar { Features = PlanarImage() }).ToArray());

    private static float[][] Read(IDataView rows, RandomResizedCropFlipOptions options, int? seed)
        => Ml.Transforms.RandomResizedCropFlip(options).Fit(rows).Transform(rows).Vectors<float>("Features", seed is { } given ? new Random(given) : null);

    private static FeatureLayout Layout(int channels, int height, int width, bool interleaved = false)
    {
        int[] dimensions = interleaved ? [height, width, channels] : [channels, height, width];
        return FeatureLayout.Resolve("Features", new VectorDataViewType(NumberDataViewType.Single, dimensions), null,
            interleaved ? AblationLayout.Interleaved : AblationLayout.Planar);
    }

    private static float[] Apply(ResizedCrop crop, float[] image, FeatureLayout layout, FeatureLayout output)
    {
        var changed = new float[output.Shape.Values];
        crop.Apply(image, layout, changed, output, new double[ResizedCrop.ScratchLength(layout, output)]);
        return changed;
    }

    /// <summary>
    /// One value as an integral would have it: the crop's pixels weighted by a tent around the sample's centre, in both directions at once.
    /// </summary>
    private static double Slow(ResizedCrop crop, int channel, int y, int x, int outputHeight, int outputWidth)
    {
        if (crop.Mirrored)
            x = outputWidth - 1 - x;
        double sum = 0, weights = 0;
        for (int j = 0; j < crop.Height; j++)
        {
            for (int i = 0; i < crop.Width; i++)
            {
                double weight = Tent(j, y, crop.Height, outputHeight) * Tent(i, x, crop.Width, outputWidth);
                weights += weight;
                sum += weight * Value(channel, crop.Top + j, crop.Left + i);
            }
        }
        return sum / weights;

        static double Tent(int pixel, int sample, int pixels, int samples)
        {
            double distance = (double)pixels / samples, away = Math.Abs(pixel + 0.5 - (sample + 0.5) * distance);
            return Math.Max(0, 1 - away / Math.Max(1, distance));
        }
    }

    [TestMethod]
    [DataRow(0, 0, 12, 10, 12, 10, false)]
    [DataRow(0, 0, 12, 10, 6, 5, false)] // half as large: tents of four pixels
    [DataRow(0, 0, 12, 10, 8, 9, true)]
    [DataRow(3, 2, 5, 7, 12, 10, false)] // enlarged
    [DataRow(3, 2, 5, 7, 11, 6, true)] // enlarged and shrunk
    [DataRow(11, 9, 1, 1, 4, 4, false)]
    [DataRow(0, 4, 12, 1, 1, 10, true)]
    public void A_crop_is_resampled_as_a_slow_computation_has_it(int top, int left, int height, int width, int outputHeight, int outputWidth, bool mirrored)
    {
        var crop = new ResizedCrop(top, left, height, width, mirrored);
        FeatureLayout output = Layout(Channels, outputHeight, outputWidth);
        float[] planar = Apply(crop, PlanarImage(), Layout(Channels, Height, Width), output);
        FeatureLayout interleavedOutput = Layout(Channels, outputHeight, outputWidth, interleaved: true);
        float[] interleaved = Apply(crop, InterleavedImage(), Layout(Channels, Height, Width, interleaved: true), interleavedOutput);
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int position = 0; position < outputHeight * outputWidth; position++)
            {
                float value = planar[output.SlotOf(position, channel)];
                double slow = Slow(crop, channel, position / outputWidth, position % outputWidth, outputHeight, outputWidth);
                // Both sum doubles; the result may round to the neighbour.
                Assert.AreEqual(slow, value, 1e-7);
                Assert.AreEqual(value, interleaved[interleavedOutput.SlotOf(position, channel)]);
            }
        }
    }

    [TestMethod]
    public void Two_pixels_become_four_with_the_weights_of_the_textbook()
    {
        float[] changed = Apply(new ResizedCrop(0, 0, 1, 2, Mirrored: false), [0, 1], Layout(1, 1, 2), Layout(1, 1, 4));
        CollectionAssert.AreEqual(new[] { 0, 0.25f, 0.75f, 1 }, changed);
        changed = Apply(new ResizedCrop(0, 0, 1, 2, Mirrored: true), [0, 1], Layout(1, 1, 2), Layout(1, 1, 4));
        CollectionAssert.AreEqual(new[] { 1, 0.75f, 0.25f, 0 }, changed);
        // Shrunk by two, a sample takes 1/8, 3/8, 3/8, 1/8 of four pixels; at the ends 3/7, 3/7, 1/7 of three.
        changed = Apply(new ResizedCrop(0, 0, 1, 8, Mirrored: false), [0, 0, 0, 8, 0, 0, 0, 0], Layout(1, 1, 8), Layout(1, 1, 4));
        CollectionAssert.AreEqual(new[] { 0, 3f, 1f, 0 }, changed);
    }

    [TestMethod]
    public void No_value_leaves_the_range_of_the_image()
    {
        FeatureLayout layout = Layout(1, 40, 40), output = Layout(1, 23, 23);
        foreach (float value in new[] { 1f, 0.1f, 1 / 3f, 250 / 255f })
        {
            float[] image = [.. Enumerable.Repeat(value, 1600)];
            for (ulong row = 0; row < 50; row++)
            {
                ResizedCrop crop = ResizedCrop.Draw(AblationKey.Compute(3, []), row, 40, 40, 0.08, flip: true);
                Assert.IsTrue(Apply(crop, image, layout, output).All(changed => changed == value));
            }
        }
    }

    /// <summary>
    /// Kolmogorov and Smirnov's test: a true claim fails it with a chance of at most 2·exp(−2·3²) = 3·10⁻⁸ (Massart 1990).
    /// </summary>
    private static void AssertDistributed(IEnumerable<double> values, Func<double, double> cumulative)
    {
        double[] sorted = [.. values.Order()];
        double largest = sorted.Select((value, i) => Math.Max(Math.Abs(cumulative(value) - (double)i / sorted.Length),
            Math.Abs(cumulative(value) - (i + 1.0) / sorted.Length))).Max();
        Assert.IsLessThan(3 / Math.Sqrt(sorted.Length), largest);
    }

    [TestMethod]
    public void Area_ratio_place_and_mirror_image_are_distributed_as_defined()
    {
        // Whole pixels of so large an image hide nothing: they move a share by 10⁻⁵ at most. Five claims, each with the chance above.
        const int side = 1 << 14, samples = 40_000;
        AblationKey key = AblationKey.Compute(11, []);
        ResizedCrop[] crops = [.. Enumerable.Range(0, samples).Select(row => ResizedCrop.Draw(key, (ulong)row, side, side, 0.08, flip: true))];

        // An area a is kept when the ratio r has a·max(r, 1/r) ≤ 1, so with a chance of min(1, −ln a / ln 4/3).
        double log = Math.Log(4.0 / 3);
        double KeptUpTo(double a) => a <= 0.75 ? a - 0.08 : 0.67 + (a - a * Math.Log(a) - 0.75 + 0.75 * Math.Log(0.75)) / log;
        AssertDistributed(crops.Select(crop => (double)crop.Height * crop.Width / ((double)side * side)), a => KeptUpTo(Math.Min(a, 1)) / KeptUpTo(1));

        // A logarithm t of the ratio is kept when the area is at most exp(−|t|), so with a chance of (exp(−|t|) − 0.08) / 0.92.
        double Half(double t) => 1 - Math.Exp(-t) - 0.08 * t;
        AssertDistributed(crops.Select(crop => Math.Log((double)crop.Width / crop.Height)),
            t => 0.5 + 0.5 * Math.Sign(t) * Half(Math.Min(Math.Abs(t), log)) / Half(log));

        AssertDistributed(crops.Select(crop => (crop.Top + 0.5) / (side - crop.Height + 1)), place => place);
        AssertDistributed(crops.Select(crop => (crop.Left + 0.5) / (side - crop.Width + 1)), place => place);
        double mirrored = crops.Count(crop => crop.Mirrored);
        ChiSquare.AssertPlausible(4 * Math.Pow(mirrored - samples / 2.0, 2) / samples, 1);
    }

    [TestMethod]
    public void Where_no_rectangle_fits_the_largest_centred_one_is_taken()
    {
        AblationKey key = AblationKey.Compute(1, []);
        for (ulong row = 0; row < 20; row++)
        {
            // Of a very flat image, all ratios up to 4/3 are too high.
            Assert.AreEqual(new ResizedCrop(0, 44, 9, 12, false), ResizedCrop.Draw(key, row, 9, 100, 0.9, flip: false));
            Assert.AreEqual(new ResizedCrop(44, 0, 12, 9, false), ResizedCrop.Draw(key, row, 100, 9, 0.9, flip: false));
            Assert.AreEqual(new ResizedCrop(0, 0, 9, 10, false), ResizedCrop.Draw(key, row, 9, 10, 1, flip: false) with { Mirrored = false });
        }
    }

    [TestMethod]
    public void A_row_changes_as_its_key_and_number_say()
    {
        var options = new RandomResizedCropFlipOptions { Height = 7, Width = 5 };
        AblationKey key = AblationKey.Compute((ulong)new Random(9).NextInt64(), []);
        FeatureLayout layout = Layout(Channels, Height, Width), output = Layout(Channels, 7, 5);
        float[][] rows = Read(PlanarRows(30), options, seed: 9);
        for (int row = 0; row < rows.Length; row++)
        {
            ResizedCrop crop = ResizedCrop.Draw(key, (ulong)row, Height, Width, 0.08, flip: true);
            CollectionAssert.AreEqual(Apply(crop, PlanarImage(), layout, output), rows[row]);
        }
        Assert.IsGreaterThan(25, rows.Select(row => string.Join(' ', row)).Distinct().Count());
        Assert.IsTrue(Read(PlanarRows(9), new RandomResizedCropFlipOptions { MinimumAreaShare = 1, Flip = false, Shape = null }, 3)
            .All(row => row.Length == Channels * Height * Width));
    }

    [TestMethod]
    public void Without_a_random_images_stay_as_they_are_or_show_their_centre()
    {
        IDataView rows = PlanarRows(2);
        foreach (float[] row in Read(rows, new RandomResizedCropFlipOptions(), seed: null))
            CollectionAssert.AreEqual(PlanarImage(), row);

        IDataView centres = Ml.Transforms.RandomResizedCropFlip(height: 7, width: 6).Fit(rows).Transform(rows);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, Channels, 7, 6), centres.Schema["Features"].Type);
        float[] expected = [.. from channel in Enumerable.Range(0, Channels)
                               from y in Enumerable.Range(2, 7)
                               from x in Enumerable.Range(2, 6)
                               select Value(channel, y, x)];
        foreach (float[] row in centres.Vectors<float>("Features"))
            CollectionAssert.AreEqual(expected, row);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(4)]
    public void Interleaved_flat_and_grey_images_change_as_planar_ones_do(int? seed)
    {
        IDataView interleaved = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(_ => new Interleaved { Features = InterleavedImage() }).ToArray());
        IDataView flat = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(_ => new Flat { Features = PlanarImage() }).ToArray());
        IDataView grey = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(_ => new Grey { Features = PlanarImage()[..(Height * Width)] }).ToArray());
        var options = new RandomResizedCropFlipOptions { Height = 8, Width = 5 };
        var withShape = new RandomResizedCropFlipOptions { Height = 8, Width = 5, Shape = new ImageShape(Channels, Height, Width) };
        float[][] expected = Read(PlanarRows(10), options, seed), found = Read(interleaved, options, seed);
        float[][] foundFlat = Read(flat, withShape, seed), foundGrey = Read(grey, options, seed);
        for (int i = 0; i < 10; i++)
        {
            CollectionAssert.AreEqual(expected[i], foundFlat[i]);
            CollectionAssert.AreEqual(expected[i][..40], foundGrey[i]);
            for (int position = 0; position < 40; position++)
            {
                for (int channel = 0; channel < Channels; channel++)
                    Assert.AreEqual(expected[i][channel * 40 + position], found[i][position * Channels + channel]);
            }
        }
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 8, 5, Channels), TypeOf(interleaved, options));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, Channels, 8, 5), TypeOf(flat, withShape));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 8, 5), TypeOf(grey, options));
    }

    private static DataViewType TypeOf(IDataView rows, RandomResizedCropFlipOptions options)
        => Ml.Transforms.RandomResizedCropFlip(options).Fit(rows).GetOutputSchema(rows.Schema)["Features"].Type;

    [TestMethod]
    public void Random_ablation_behind_it_still_draws_afresh_and_sees_the_changes()
    {
        IDataView rows = PlanarRows(100);
        var chain = Ml.Transforms.RandomResizedCropFlip(height: 6, width: 6)
            .Append(Ml.Transforms.NormalizeChannels(ImageNetChannels.Means, ImageNetChannels.StandardDeviations))
            .Append(Ml.Transforms.RandomAblation(new RandomAblationOptions { RetainedCount = 36, NormalizedInput = true }));
        IDataView view = chain.Fit(rows).Transform(rows);
        var random = new AblationRandom(5);
        // All positions are retained, so that what varies is the crop and the mirror.
        Assert.IsGreaterThan(60, view.Vectors<float>("Features", random).Select(row => string.Join(' ', row)).Distinct().Count());
        Assert.IsTrue(random.Consumed);
        StringAssert.EndsWith(random.Ablation, ", RandomResizedCropFlip to 6 × 6 pixels of at least 0.08 with mirror images");
        Assert.HasCount(1, view.Vectors<float>("Features").Select(row => string.Join(' ', row)).Distinct().ToArray());
    }

    [TestMethod]
    public void It_is_saved_and_loaded()
    {
        IDataView rows = PlanarRows(20);
        using var stream = new MemoryStream();
        var options = new RandomResizedCropFlipOptions { Height = 9, MinimumAreaShare = 0.25, Flip = false };
        RandomResizedCropFlipTransformer transformer = Ml.Transforms.RandomResizedCropFlip(options).Fit(rows);
        Ml.Model.Save(transformer, rows.Schema, stream);
        var loaded = (RandomResizedCropFlipTransformer)Ml.Model.Load(stream, out _);
        Assert.AreEqual(9, loaded.Height);
        Assert.IsNull(loaded.Width);
        Assert.AreEqual(0.25, loaded.MinimumAreaShare);
        Assert.IsFalse(loaded.Flip);
        float[][] expected = transformer.Transform(rows).Vectors<float>("Features", new Random(2));
        float[][] found = loaded.Transform(rows).Vectors<float>("Features", new Random(2));
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], found[i]);
    }

    [TestMethod]
    public void The_schema_is_told_in_advance()
    {
        IDataView rows = PlanarRows(1);
        RandomResizedCropFlipEstimator estimator = Ml.Transforms.RandomResizedCropFlip(height: 6, width: 6);
        SchemaShapes.AssertEqual(estimator.GetOutputSchema(SchemaColumns.ShapeOf(rows.Schema)), SchemaColumns.ShapeOf(estimator.Fit(rows).GetOutputSchema(rows.Schema)));
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        IDataView rows = PlanarRows(1), flat = Ml.Data.LoadFromEnumerable([new Flat { Features = PlanarImage() }]);
        Refused("Height is 0", () => Ml.Transforms.RandomResizedCropFlip(height: 0));
        Refused("Width is 16385; it must be from 1 to 16384.", () => Ml.Transforms.RandomResizedCropFlip(width: 16_385));
        foreach (double share in new[] { 0, -1, 1.01, double.NaN })
            Refused("it must be above 0 and at most 1", () => Ml.Transforms.RandomResizedCropFlip(new RandomResizedCropFlipOptions { MinimumAreaShare = share }));
        Refused("Height × Width is 13 × 10, but column 'Features' has images of 12 × 10 pixels", () => Ml.Transforms.RandomResizedCropFlip(13).Fit(rows));
        Refused("Height × Width is 12 × 11, but", () => Ml.Transforms.RandomResizedCropFlip(width: 11).Fit(rows));
        Refused("Column 'Features' is a flat vector", () => Ml.Transforms.RandomResizedCropFlip().Fit(flat));
        Refused("Missing", () => Ml.Transforms.RandomResizedCropFlip(outputColumnName: "Missing").Fit(rows));
    }

    private static void Refused(string message, Action action)
        => StringAssert.Contains(Assert.Throws<ArgumentException>(action).Message, message);
}
