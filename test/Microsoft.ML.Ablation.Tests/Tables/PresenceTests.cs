using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Tables;

[TestClass]
public sealed class PresenceTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Planar
    {
        [VectorType(2, 2, 3)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Interleaved
    {
        [VectorType(3, 2, 2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Flat
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    [TestMethod]
    public void Retained_positions_have_a_one_beside_their_values_and_others_are_zero()
    {
        const int positions = 6;
        float[] values = [.. Enumerable.Range(0, 12).Select(i => 3f - i)];
        IDataView planar = Ablate(new Planar { Features = values }), interleaved = Ablate(new Interleaved { Features = values });
        CollectionAssert.AreEqual(new[] { 3, 2, 3 }, ((VectorDataViewType)planar.Schema["Features"].Type).Dimensions.ToArray());
        CollectionAssert.AreEqual(new[] { 3, 2, 3 }, ((VectorDataViewType)interleaved.Schema["Features"].Type).Dimensions.ToArray());
        float[] first = planar.Vectors<float>("Features")[0], second = interleaved.Vectors<float>("Features")[0];
        Assert.AreEqual(2f, first[12..].Sum());
        Assert.AreEqual(2f, Enumerable.Range(0, positions).Sum(p => second[3 * p + 2]));
        for (int p = 0; p < positions; p++)
        {
            for (int channel = 0; channel < 2; channel++)
            {
                Assert.AreEqual(first[12 + p] * values[channel * positions + p], first[channel * positions + p]);
                Assert.AreEqual(second[3 * p + 2] * values[2 * p + channel], second[3 * p + channel]);
            }
        }

        IDataView Ablate<T>(T row) where T : class
            => _ml.Transforms.RandomAblation(2, encoding: AblationEncoding.Presence, seed: 1).Fit(_ml.Data.LoadFromEnumerable([row]))
                .Transform(_ml.Data.LoadFromEnumerable([row]));
    }

    [TestMethod]
    public void Missing_values_of_the_data_stay_apart_from_NULL_under_Presence_and_look_like_it_under_Missing()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable([new Flat { Features = [float.NaN, 5, -2, 0] }]);
        float[] present = Whole(AblationEncoding.Presence);
        Assert.IsTrue(float.IsNaN(present[0]));
        CollectionAssert.AreEqual(new[] { 5f, -2f, 0f, 1f, 1f, 1f, 1f }, present[1..]);
        float[] missing = Whole(AblationEncoding.Missing);
        Assert.IsTrue(float.IsNaN(missing[0]));
        CollectionAssert.AreEqual(new[] { 5f, -2f, 0f }, missing[1..]);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Whole(AblationEncoding.Mean)).Message,
            "has NaN in slot 0, but values must be finite; replace or drop such rows, or use the encoding Missing or Presence");

        float[] Whole(AblationEncoding encoding)
            => _ml.Transforms.RandomAblation(4, encoding: encoding, seed: 1).Fit(rows).Transform(rows).Vectors<float>("Features")[0];
    }
}
