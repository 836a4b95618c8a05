using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Networks;

/// <summary>One pass for all bands, against the definition: the scores of a band are those of its ablation, and nothing else reaches them.</summary>
[TestClass]
public sealed class BandsArchitectureTests
{
    [TestMethod]
    [DataRow(12, 9, 4, BandDirection.Both)]
    [DataRow(28, 28, 5, BandDirection.Columns)]
    [DataRow(7, 12, 3, BandDirection.Rows)]
    [DataRow(8, 8, 1, BandDirection.Both)]
    [DataRow(8, 8, 7, BandDirection.Columns)]
    [DataRow(5, 6, 2, BandDirection.Both)]
    public void The_scores_of_a_band_come_from_its_pixels_alone(int height, int width, int band, BandDirection direction)
    {
        using var world = new World(height, width, band, direction);
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        Tensor whole = world.Images(3, seed: 1), other = world.Images(3, seed: 2);
        Tensor all = world.Network.ForwardMasks(whole, world.Set, masks: null);
        CollectionAssert.AreEqual(new long[] { 3, world.Family.Count, World.Classes }, all.shape);
        AssertEqual(all, world.Network.Forward(world.Set.Ablate(whole, masks: null)).reshape(all.shape), "as ablated images");
        for (int mask = 0; mask < world.Family.Count; mask++)
        {
            var seen = zeros([1, 1, height * width]);
            foreach (int position in world.Family.Retained(mask))
                seen[0, 0, position] = 1;
            seen = seen.reshape(1, 1, height, width);
            Tensor changed = world.Network.ForwardMasks(whole * seen + other * (1 - seen), world.Set, masks: null);
            AssertEqual(all.select(1, mask), changed.select(1, mask), $"mask {mask} with other pixels outside");
            if (mask == 0)
                Assert.IsGreaterThan(1e-3f, (all - world.Network.ForwardMasks(whole * (1 - seen) + other * seen, world.Set, masks: null)).select(1, mask).abs().max().item<float>());
        }
        Tensor chosen = tensor(new long[] { world.Family.Count - 1, 0 });
        AssertEqual(all.index_select(1, chosen), world.Network.ForwardMasks(whole, world.Set, chosen), "of chosen masks");
    }

    [TestMethod]
    [DataRow(BandDirection.Both)]
    [DataRow(BandDirection.Rows)]
    public void The_form_for_scoring_gives_the_same_scores(BandDirection direction)
    {
        using var world = new World(10, 14, 3, direction);
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        using ScoringNetwork scoring = world.Network.ToScoring(ScalarType.Float32), copy = scoring.Copy();
        Tensor whole = world.Images(2, seed: 3), expected = world.Network.ForwardMasks(whole, world.Set, masks: null);
        AssertEqual(expected, scoring.ForwardMasks(whole, world.Set), "all bands");
        AssertEqual(expected, copy.ForwardMasks(whole, world.Set), "a copy");
        AssertEqual(expected.flatten(0, 1), scoring.Forward(world.Set.Ablate(whole, masks: null).permute(0, 2, 3, 1)), "ablated images");
        Assert.IsGreaterThanOrEqualTo(expected.numel() / 2, scoring.WorkingValuesOfMasks ?? 0);
    }

    [TestMethod]
    public void It_is_found_by_its_stored_name_and_answers_about_its_own_bands_alone()
    {
        using var world = new World(10, 14, 3, BandDirection.Both);
        FunctionalArchitecture found = (FunctionalArchitecture)NetworkArchitecture.Find(world.Network.Architecture.Name)!;
        Assert.AreEqual(world.Network.Architecture.Name, found.Name);
        CollectionAssert.AreEqual(Parameters(world.Network.Architecture), Parameters(found));
        CollectionAssert.AllItemsAreUnique(found.ParametersOf(world.Shape).Select(spec => spec.Name).ToArray());
        float[] positions = world.Network.ReadWeights()[0];
        var made = (FixedMaskArchitecture)found;
        Assert.IsNull(made.ProblemWith(world.Family, positions));
        Assert.Contains("asked about other masks", made.ProblemWith(MaskFamily.Bands(10, 14, 3, BandDirection.Rows), positions)!);
        Assert.IsNull(NetworkArchitecture.Find("bands-24x42x1-Both-3-conv-1-2"));
        Assert.IsNull(NetworkArchitecture.Find("bands-24x42x1-Neither-3-conv-64-64-128-128-256-256"));
        Assert.Contains("bands of 5, but images have 4 × 14 pixels", NetworkArchitecture.Find("bands-24x70x1-Both-5-conv-64-64-128-128-256-256")!.Problem(world.Shape with { Height = 4 })!);

        string[] Parameters(NetworkArchitecture architecture) => [.. architecture.ParametersOf(world.Shape).Select(spec => $"{spec.Name} {string.Join('×', spec.Shape)}")];
    }

    [TestMethod]
    public void Other_masks_are_refused_with_what_to_do()
    {
        foreach (MaskFamily family in (MaskFamily[])[MaskFamily.Partition(12, 12, 20, seed: 1), MaskFamily.Blocks(12, 12, 4), MaskFamily.Of(144, [Enumerable.Range(0, 24)])])
        {
            Assert.Contains("use ml.Transforms.BandAblation",
                Assert.ThrowsExactly<InvalidOperationException>(() => BandsArchitecture.For(family, new ImageShape(1, 12, 12))).Message);
        }
        Assert.Contains("use ml.Transforms.BandAblation", Assert.ThrowsExactly<InvalidOperationException>(() => NetworkArchitecture.Of(ImageNetwork.Bands)).Message);
    }

    [TestMethod]
    public void A_step_in_mixed_precision_is_near_one_in_float32()
    {
        using var world = new World(12, 12, 4, BandDirection.Both);
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        Tensor whole = world.Images(8, seed: 5);
        float[][] weights = world.Network.ReadWeights();
        Tensor exact = world.Network.ForwardMasks(whole, world.Set, masks: null, training: true);
        Assert.AreNotEqual(0, weights.Zip(world.Network.ReadWeights()).Count(pair => !pair.First.SequenceEqual(pair.Second)), "running statistics follow");
        Tensor mixed = ((FunctionalNetwork)world.Network).ForwardMasksInMixedPrecision(whole, world.Set, masks: null);
        Assert.AreEqual(ScalarType.Float32, mixed.dtype);
        Assert.IsLessThan(0.05f, (exact - mixed).abs().mean().item<float>());
        Assert.AreNotEqual(0, (exact - mixed).abs().max().item<float>());
    }

    private static void AssertEqual(Tensor expected, Tensor actual, string what)
        => Assert.IsLessThan(1e-4f, (expected - actual).abs().max().item<float>(), what);

    /// <summary>A network with weights and statistics as after a training.</summary>
    private sealed class World : IDisposable
    {
        public const int Classes = 5;

        public World(int height, int width, int band, BandDirection direction)
        {
            TorchRuntime.EnsureLoaded();
            Shape = new NetworkShape(2, height, width, Classes);
            Family = MaskFamily.Bands(height, width, band, direction);
            var layout = FeatureLayout.Resolve("Features", new VectorDataViewType(NumberDataViewType.Single, 1, height, width), null, AblationLayout.Planar);
            var architecture = BandsArchitecture.For(Family, new ImageShape(1, height, width));
            var random = new Random(7);
            float[][] weights = [.. architecture.FirstWeights(Shape, seed: 3).Zip(architecture.ParametersOf(Shape), (values, spec) => spec.Role is ParameterRole.Weight or ParameterRole.Fixed
                ? values
                : Array.ConvertAll(values, _ => 0.5f + random.NextSingle()))];
            Network = architecture.Create(Shape, weights, CPU);
            Set = new MaskSet(Family, new AblationEncoder("Features", layout, AblationEncoding.Complement, means: null, normalizedInput: false), CPU);
        }

        public NetworkShape Shape { get; }

        public MaskFamily Family { get; }

        public AblationNetwork Network { get; }

        public MaskSet Set { get; }

        /// <summary>Encoded whole images.</summary>
        public Tensor Images(int count, ulong seed)
        {
            Tensor values = rand([count, 1, Shape.Height, Shape.Width], generator: new Generator(seed));
            return cat([values, 1 - values], 1);
        }

        public void Dispose()
        {
            Set.Dispose();
            Network.Dispose();
        }
    }
}
