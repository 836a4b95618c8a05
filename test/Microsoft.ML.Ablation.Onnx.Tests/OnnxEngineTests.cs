using System.Numerics.Tensors;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>Votes and scores of a file, against the definition written out plainly.</summary>
[TestClass]
public sealed class OnnxEngineTests
{
    private const int Height = 6, Width = 5, K = 7, Classes = 4;

    private static readonly ToyClassifier s_toy = ToyClassifier.Random(channels: 6, Height, Width, Classes, seed: 1);
    private static readonly AblationEncoder s_encoder = new("Features",
        FeatureLayout.Resolve("Features", new VectorDataViewType(NumberDataViewType.Single, 3, Height, Width), null, AblationLayout.Planar),
        AblationEncoding.Complement, means: null, normalizedInput: false);

    private static IAblationClassifier Model(byte[] file, OnnxClassifierOptions? options = null)
        => new OnnxClassifierModelParameters(new MLContext(seed: 1), Column, OnnxProvider.Cpu, new OnnxNetwork(file, Column, options ?? new OnnxClassifierOptions()));

    private static ImageColumn Column => new("Features", 6, Height, Width, IsInterleaved: false);

    private static float[] Image(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 3 * Height * Width).Select(_ => random.NextSingle())];
    }

    private static string Text(int[][] votes) => string.Join(" | ", votes.Select(range => string.Join(',', range)));

    [TestMethod]
    [DataRow("N", OnnxLayout.ChannelsFirst, false)]
    [DataRow("N", OnnxLayout.ChannelsLast, false)]
    [DataRow("N", OnnxLayout.ChannelsFirst, true)]
    [DataRow(1, OnnxLayout.ChannelsFirst, false)]
    [DataRow(9, OnnxLayout.ChannelsLast, false)]
    public void Votes_are_those_of_the_definition_in_any_layout_batch_number_of_threads_and_cut(object batch, OnnxLayout layout, bool isFlat)
    {
        IAblationClassifier model = Model(s_toy.ToFile(batch, layout, isFlat: isFlat));
        SampleRange[] ranges = [new(AblationStage.Selection, 0, 60), new(AblationStage.Estimation, 30, 171)];
        for (int seed = 0; seed < 3; seed++)
        {
            float[] image = Image(seed);
            AblationKey key = AblationKey.Compute(7, image);
            foreach (Ballot ballot in (Ballot[])[Ballot.Plurality, Ballot.Contests])
            {
                string expected = Text([.. ranges.Select(range => Plainly(image, key, range, ballot))]);
                foreach (int threads in (int[])[1, 3])
                {
                    using IVoteSource source = model.CreateVoteSource(s_encoder, K, memoryLimit: null, threads);
                    Assert.AreEqual(expected, Text(source.CountVotes(image, key, ranges, ballot)));
                    int[][] cut = source.CountVotes(image, key, [new(AblationStage.Estimation, 30, 5), new(AblationStage.Estimation, 35, 166)], ballot);
                    Assert.AreEqual(expected.Split(" | ")[1], string.Join(',', cut[0].Zip(cut[1], (a, b) => a + b)));
                }
            }
            using IVoteSource answering = model.CreateVoteSource(s_encoder, K, memoryLimit: null);
            uint[] samples = [5, 3, 77, 1000, 12];
            int[] expectedAnswers = [.. samples.Select(sample => Array.IndexOf(Plainly(image, key, new SampleRange(AblationStage.Estimation, sample, 1), Ballot.Plurality), 1))];
            CollectionAssert.AreEqual(expectedAnswers, answering.Answer(image, key, AblationStage.Estimation, samples));
        }
    }

    [TestMethod]
    [DataRow("N", null, OnnxScores.Logits)]
    [DataRow("N", "Softmax", OnnxScores.Probabilities)]
    [DataRow(4, "LogSoftmax", OnnxScores.LogProbabilities)]
    public void Scores_of_masks_are_probabilities_of_their_images_whatever_the_file_ends_with(object batch, string? end, OnnxScores kind)
    {
        IAblationClassifier model = Model(s_toy.ToFile(batch, end: end));
        Assert.AreEqual(kind, ((OnnxClassifierModelParameters)model).Scores);
        MaskFamily family = MaskFamily.Bands(Height, Width, 2);
        var encoded = new float[s_encoder.EncodedValues];
        var shown = new float[s_encoder.EncodedValues];
        using IMaskScoreSource one = ((IMaskClassifier)model).CreateScoreSource(s_encoder, family, memoryLimit: null, threads: 1);
        using IMaskScoreSource three = ((IMaskClassifier)model).CreateScoreSource(s_encoder, family, memoryLimit: null, threads: 3);
        float[][] images = [.. Enumerable.Range(0, 5).Select(Image)];
        float[][] scored = Task.WhenAll(images.Select(image => three.ScoreAsync(image))).Result;
        for (int row = 0; row < images.Length; row++)
        {
            CollectionAssert.AreEqual(one.Score(images[row]), scored[row]);
            s_encoder.EncodeAll(images[row], encoded);
            for (int mask = 0; mask < family.Count; mask++)
            {
                s_encoder.Ablate(encoded, family.Retained(mask), shown);
                float[] expected = s_toy.Score(shown);
                TensorPrimitives.SoftMax(expected, expected);
                for (int label = 0; label < Classes; label++)
                    Assert.AreEqual(expected[label], scored[row][mask * Classes + label], 1e-5f);
            }
        }
    }

    [TestMethod]
    public void Values_are_scaled_with_NULL_as_the_options_say()
    {
        float[] means = [0.5f, 0.1f, 0.2f, 0.3f, 0, 1], deviations = [0.5f, 2, 0.25f, 1, 1, 4];
        ToyClassifier toy = s_toy;
        IAblationClassifier model = Model(toy.ToFile("N", OnnxLayout.ChannelsLast), new OnnxClassifierOptions { Means = means, Deviations = deviations });
        MaskFamily family = MaskFamily.Blocks(Height, Width, 3);
        using IMaskScoreSource source = ((IMaskClassifier)model).CreateScoreSource(s_encoder, family, memoryLimit: null);
        float[] image = Image(1), scores = source.Score(image);
        var encoded = new float[s_encoder.EncodedValues];
        var shown = new float[s_encoder.EncodedValues];
        s_encoder.EncodeAll(image, encoded);
        for (int mask = 0; mask < family.Count; mask++)
        {
            s_encoder.Ablate(encoded, family.Retained(mask), shown);
            for (int value = 0; value < shown.Length; value++)
                shown[value] = (shown[value] - means[value / (Height * Width)]) / deviations[value / (Height * Width)];
            float[] expected = toy.Score(shown);
            TensorPrimitives.SoftMax(expected, expected);
            for (int label = 0; label < Classes; label++)
                Assert.AreEqual(expected[label], scores[mask * Classes + label], 1e-5f);
        }
    }

    private static int[] Plainly(float[] image, AblationKey key, SampleRange range, Ballot ballot)
    {
        var sampler = new SubsetSampler(Height * Width, K);
        var counts = new int[ballot.CountLength(Classes)];
        var retained = new int[K];
        var encoded = new float[s_encoder.EncodedValues];
        var shown = new float[s_encoder.EncodedValues];
        s_encoder.EncodeAll(image, encoded);
        for (uint i = 0; i < range.Count; i++)
        {
            sampler.Sample(key, range.Stage, range.First + i, retained);
            s_encoder.Ablate(encoded, retained, shown);
            ballot.Add(s_toy.Score(shown), counts);
        }
        return counts;
    }
}
