using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Transforms;

[TestClass]
public sealed class NormalizeChannelsTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Planar
    {
        [VectorType(3, 1, 3)]
        public float[] Features { get; set; } = [0.1f, 0.2f, 0.5f, 0.3f, 0.4f, 0.25f, 0.5f, 1, 0];
    }

    private sealed class Interleaved
    {
        [VectorType(4, 1, 3)]
        public float[] Features { get; set; } = [0.1f, 0.3f, 0.5f, 0.2f, 0.4f, 1, 0, 0, 0, 1, 1, 1];
    }

    private sealed class Flat
    {
        [VectorType(9)]
        public float[] Features { get; set; } = [0.1f, 0.2f, 0.5f, 0.3f, 0.4f, 0.25f, 0.5f, 1, 0];
    }

    private static readonly float[] s_means = [0.5f, 0.25f, 0], s_deviations = [2, 0.5f, 0.1f];
    private static readonly float[] s_expected =
        [(0.1f - 0.5f) / 2, (0.2f - 0.5f) / 2, 0, (0.3f - 0.25f) / 0.5f, (0.4f - 0.25f) / 0.5f, 0, 0.5f / 0.1f, 1 / 0.1f, 0];

    private static IDataView Rows<TRow>()
        where TRow : class, new() => Ml.Data.LoadFromEnumerable([new TRow()]);

    [TestMethod]
    public void Each_channel_has_its_mean_and_deviation_in_either_order()
    {
        IDataView rows = Rows<Planar>();
        IDataView view = Ml.Transforms.NormalizeChannels(s_means, s_deviations, "Normalized", "Features").Fit(rows).Transform(rows);
        CollectionAssert.AreEqual(s_expected, view.Vectors<float>("Normalized")[0]);
        CollectionAssert.AreEqual(new Planar().Features, view.Vectors<float>("Features")[0]);
        Assert.AreEqual(rows.Schema["Features"].Type, view.Schema["Normalized"].Type);

        rows = Rows<Interleaved>();
        float[] interleaved = Ml.Transforms.NormalizeChannels(s_means, s_deviations).Fit(rows).Transform(rows).Vectors<float>("Features")[0];
        CollectionAssert.AreEqual(new[] { s_expected[0], s_expected[3], s_expected[6], s_expected[1], s_expected[4], s_expected[7] }, interleaved[..6]);
        CollectionAssert.AreEqual(new[] { -0.25f, -0.5f, 0, 0.25f, 1.5f, 10 }, interleaved[6..]);

        rows = Rows<Flat>();
        var options = new NormalizeChannelsOptions { Means = s_means, StandardDeviations = s_deviations, Shape = new ImageShape(3, 1, 3) };
        view = Ml.Transforms.NormalizeChannels(options).Fit(rows).Transform(rows);
        CollectionAssert.AreEqual(s_expected, view.Vectors<float>("Features")[0]);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 1, 3), view.Schema["Features"].Type);
    }

    [TestMethod]
    public void The_constants_of_imagenet_are_the_usual_ones()
    {
        CollectionAssert.AreEqual(new[] { 0.485f, 0.456f, 0.406f }, ImageNetChannels.Means.ToArray());
        CollectionAssert.AreEqual(new[] { 0.229f, 0.224f, 0.225f }, ImageNetChannels.StandardDeviations.ToArray());
    }

    [TestMethod]
    public void It_is_saved_and_loaded()
    {
        IDataView rows = Rows<Planar>();
        using var stream = new MemoryStream();
        Ml.Model.Save(Ml.Transforms.NormalizeChannels(s_means, s_deviations).Fit(rows), rows.Schema, stream);
        var loaded = (NormalizeChannelsTransformer)Ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(s_means, loaded.Means.ToArray());
        CollectionAssert.AreEqual(s_deviations, loaded.StandardDeviations.ToArray());
        CollectionAssert.AreEqual(s_expected, loaded.Transform(rows).Vectors<float>("Features")[0]);
    }

    [TestMethod]
    public void Later_changes_of_the_arguments_have_no_effect()
    {
        IDataView rows = Rows<Planar>();
        float[] means = [.. s_means];
        NormalizeChannelsEstimator estimator = Ml.Transforms.NormalizeChannels(means, s_deviations);
        means[0] = 7;
        CollectionAssert.AreEqual(s_expected, estimator.Fit(rows).Transform(rows).Vectors<float>("Features")[0]);
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        Refused("There are 3 Means and 2 StandardDeviations", () => Ml.Transforms.NormalizeChannels(s_means, [1, 1]));
        Refused("There are 0 Means", () => Ml.Transforms.NormalizeChannels([], []));
        Refused("Means has NaN", () => Ml.Transforms.NormalizeChannels([float.NaN], [1]));
        foreach (float deviation in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Refused("each must be finite and above 0", () => Ml.Transforms.NormalizeChannels([0], [deviation]));
        Refused("There are 3 Means, but column 'Features' has 1 channel; give one for every channel. A flat vector needs its Shape.",
            () => Ml.Transforms.NormalizeChannels(s_means, s_deviations).Fit(Rows<Flat>()));
        Refused("Missing", () => Ml.Transforms.NormalizeChannels(s_means, s_deviations, "Missing").Fit(Rows<Planar>()));
    }

    private static void Refused(string message, Action action)
        => StringAssert.Contains(Assert.Throws<ArgumentException>(action).Message, message);
}
