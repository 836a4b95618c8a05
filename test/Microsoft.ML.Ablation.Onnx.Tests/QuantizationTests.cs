using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>Classifiers in 8-bit integers, against the definition in whole numbers.</summary>
[TestClass]
public sealed class QuantizationTests
{
    private const int Height = 6, Width = 5, K = 7, Classes = 4, Values = 6 * Height * Width;

    private static readonly ImageColumn s_column = new("Features", 6, Height, Width, IsInterleaved: false);
    private static readonly AblationEncoder s_encoder = new("Features",
        FeatureLayout.Resolve("Features", new VectorDataViewType(NumberDataViewType.Single, 3, Height, Width), null, AblationLayout.Planar),
        AblationEncoding.Complement, means: null, normalizedInput: false);

    private static IEnumerable<float[]> Images(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
            yield return [.. Enumerable.Range(0, Values).Select(_ => random.Next(4) == 0 ? random.Next(256) / 255f : 0)];
    }

    private static OnnxNetwork Network(byte[] file) => new(file, s_column, new OnnxClassifierOptions());

    private static float[] Score(OnnxNetwork network, float[] image)
    {
        using var batch = new OnnxBatch(network, network.Signature.FixedBatch ?? 1);
        network.ToInput([.. image]).Bytes.CopyTo(batch.Images);
        return batch.Score(batch.Size)[..Classes].ToArray();
    }

    /// <summary>What ONNX Runtime computes is equal to sums of whole numbers, which have no order: so it is the same on every processor that passes this.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Scores_are_those_of_the_definition_in_whole_numbers(bool isExtreme)
    {
        var toy = new ToyNetwork(Values, hidden: 37, Classes, seed: 1, isExtreme);
        float[][] images = [.. Images(200, seed: 2)];
        OnnxNetwork network = Network(toy.ToFile(6, Height, Width)).ToIntegers(images.Select(image => image.ToArray()));
        Assert.AreEqual(OnnxPrecision.Int8, network.Precision);
        var hidden = QuantizedRange.Of(0, images.Chunk(25).Average(batch => batch.Max(image => toy.Hidden(image).Max())));
        float[] whole = [.. Enumerable.Repeat(1f, Values)];
        foreach (float[] image in images.Append(whole).Append(new float[Values]))
        {
            float[] expected = toy.ScoreInIntegers(image, network.InputRange, hidden), actual = Score(network, image);
            for (int label = 0; label < Classes; label++)
                Assert.AreEqual(expected[label], actual[label], 1e-5f * Math.Max(1, Math.Abs(expected[label])));
        }
    }

    [TestMethod]
    public void Scores_are_near_those_in_float32()
    {
        var toy = new ToyNetwork(Values, hidden: 37, Classes, seed: 1);
        OnnxNetwork network = Network(toy.ToFile(6, Height, Width)).ToIntegers(Images(500, seed: 2));
        float spread = Images(200, seed: 3).Max(image => toy.Score(image).Max(Math.Abs));
        foreach (float[] image in Images(200, seed: 3))
        {
            foreach ((float expected, float actual) in toy.Score(image).Zip(Score(network, image)))
                Assert.AreEqual(expected, actual, 0.03f * spread);
        }
    }

    [TestMethod]
    public void Votes_are_the_same_with_any_number_of_threads_in_any_cut_and_after_saving()
    {
        var toy = new ToyNetwork(Values, hidden: 37, Classes, seed: 1);
        var ml = new MLContext(seed: 1);
        var model = new OnnxClassifierModelParameters(ml, s_column, OnnxProvider.Cpu, Network(toy.ToFile(6, Height, Width)).ToIntegers(Images(100, seed: 2)));
        float[] image = [.. Images(1, seed: 5).Single()[..(Values / 2)]];
        AblationKey key = AblationKey.Compute(7, image);
        string expected = Votes(model, 1, [new(AblationStage.Estimation, 0, 1_001)]);
        foreach (int threads in (int[])[1, 2, 3])
        {
            Assert.AreEqual(expected, Votes(model, threads, [new(AblationStage.Estimation, 0, 1_001)]));
            Assert.AreEqual(expected, Votes(model, threads, [new(AblationStage.Estimation, 0, 333), new(AblationStage.Estimation, 333, 1), new(AblationStage.Estimation, 334, 667)]));
        }

        string Votes(IAblationClassifier classifier, int threads, SampleRange[] ranges)
        {
            using IVoteSource source = classifier.CreateVoteSource(s_encoder, K, memoryLimit: null, threads);
            int[][] votes = source.CountVotes(image, key, ranges);
            return string.Join(',', Enumerable.Range(0, Classes).Select(label => votes.Sum(range => range[label])));
        }
    }

    /// <summary>
    /// The numbers were counted on processors with AMX, and with AVX2 and SSE 4.2 alone as QEMU plays them (CONTRIBUTING.md); whatever computes, they are the same. Ranges are given, because
    /// those that are measured come from float32.
    /// </summary>
    [TestMethod]
    public void Votes_are_equal_on_every_processor()
    {
        var quantizer = new OnnxQuantizer(Branches("N", 13, "Identity", isNormalized: false));
        var network = Network(quantizer.Quantize(quantizer.Measured.ToDictionary(value => value, _ => QuantizedRange.Of(-0.3f, 5))));
        IAblationClassifier model = new OnnxClassifierModelParameters(new MLContext(seed: 1), s_column, OnnxProvider.Cpu, network);
        using IVoteSource source = model.CreateVoteSource(s_encoder, K, memoryLimit: null, threads: 1);
        IEnumerable<string> votes = Images(4, seed: 8).Select(image => image[..(Values / 2)])
            .Select(image => string.Join(',', source.CountVotes(image, AblationKey.Compute(7, image), [new(AblationStage.Estimation, 0, 1_500)])[0]));
        Assert.AreEqual("1431,0,69,0 | 1360,0,140,0 | 1342,0,158,0 | 1417,0,83,0", string.Join(" | ", votes));
        byte[] scores = MemoryMarshal.AsBytes<float>(Images(100, seed: 9).SelectMany(image => Score(network, image)).ToArray()).ToArray();
        Assert.AreEqual("e49b9ff7b9806392", Convert.ToHexStringLower(SHA256.HashData(scores))[..16], "every bit of 400 scores");
    }

    /// <summary>The engine rounds a row to bytes once and hands these to the layers; the file that is stored takes float32, as others do.</summary>
    [TestMethod]
    public void The_stored_file_scores_in_bare_ONNX_Runtime_as_the_engine_does()
    {
        OnnxNetwork network = Network(new ToyNetwork(Values, hidden: 37, Classes, seed: 1).ToFile(6, Height, Width)).ToIntegers(Images(100, seed: 2));
        Assert.AreEqual(1, network.ValueSize);
        using var session = new InferenceSession(network.Content);
        using var run = new RunOptions();
        foreach (float[] image in Images(50, seed: 6))
        {
            using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 6, Height, Width]);
            using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, ["images"], [input], ["scores"]);
            CollectionAssert.AreEqual(Score(network, image), output[0].GetTensorDataAsSpan<float>().ToArray());
        }
    }

    /// <summary>Convolution, normalisation, pooling and a sum of two branches, before and after scales for each channel became standard.</summary>
    [TestMethod]
    [DataRow("N", 12, "Identity", "")]
    [DataRow(3, 12, "Identity", "")]
    [DataRow("N", 13, "Softmax", "")]
    [DataRow("N", 12, "Softmax", "com.microsoft")]
    public void Layers_of_all_kinds_become_integers(object batch, int operatorSet, string end, string domain)
    {
        byte[] file = Branches(batch, operatorSet, end);
        OnnxNetwork network = Network(file), integers = network.ToIntegers(Images(100, seed: 2));
        var model = new OnnxModel(integers.Content);
        Assert.IsTrue(model.Nodes.Where(node => node.Type is "QuantizeLinear" or "DequantizeLinear").All(node => node.Domain == domain));
        // Every input of a layer is behind DequantizeLinear.
        foreach (OnnxNode layer in model.Nodes.Where(node => node.Type is "Conv" or "Gemm"))
            Assert.IsTrue(layer.Inputs.All(input => model.Nodes.Single(node => node.Outputs.Contains(input)).Type == "DequantizeLinear"), layer.Type);
        Assert.DoesNotContain("BatchNormalization", model.Nodes.Select(node => node.Type));
        float largest = Images(60, seed: 3).Max(image => Score(network, image).Max(Math.Abs));
        foreach (float[] image in Images(60, seed: 3))
        {
            foreach ((float expected, float actual) in Score(network, image).Zip(Score(integers, image)))
                Assert.AreEqual(expected, actual, 0.05f * largest);
        }
    }

    [TestMethod]
    public void What_has_no_layers_or_no_rows_is_refused()
    {
        OnnxGraph file = new OnnxGraph().Input("images", ["N", 6, Height, Width]).Output("scores", "N", Values);
        file.Node("Flatten", ["images"], [OnnxGraph.One("axis", 1)], "scores");
        Assert.Contains("no convolution and no fully connected layer", Assert.ThrowsExactly<InvalidDataException>(() => Network(file.ToArray()).ToIntegers(Images(1, seed: 1))).Message);
        OnnxNetwork network = Network(new ToyNetwork(Values, hidden: 3, Classes, seed: 1).ToFile(6, Height, Width));
        Assert.Contains("There are no images", Assert.ThrowsExactly<InvalidOperationException>(() => network.ToIntegers([])).Message);
        Assert.Contains("no protocol-buffers message", Assert.ThrowsExactly<InvalidDataException>(() => new OnnxModel([0xFF, 0xFF])).Message);
    }

    [TestMethod]
    public void Ranges_hold_0_exactly_and_both_ends()
    {
        foreach ((float lowest, float highest) in ((float, float)[])[(0, 1), (-3, 1), (2, 5), (-7, -2), (-1e-9f, 1e-9f), (-1e30f, 1e30f)])
        {
            var range = QuantizedRange.Of(lowest, highest);
            byte[] bytes = range.Round([Math.Min(lowest, 0), 0, Math.Max(highest, 0), float.MaxValue, float.MinValue]);
            Assert.AreEqual(range.Zero, bytes[1]);
            Assert.IsLessThanOrEqualTo(0.51f * range.Scale, Math.Abs((bytes[0] - range.Zero) * range.Scale - Math.Min(lowest, 0)));
            Assert.IsLessThanOrEqualTo(0.51f * range.Scale, Math.Abs((bytes[2] - range.Zero) * range.Scale - Math.Max(highest, 0)));
            Assert.AreEqual((255, 0), ((int)bytes[3], (int)bytes[4]));
        }
        Assert.AreEqual(new QuantizedRange(1, 0), QuantizedRange.Of(0, 0));
    }

    private static byte[] Branches(object batch, int operatorSet, string end, bool isNormalized = true)
    {
        var random = new Random(4);
        OnnxGraph file = new OnnxGraph(operatorSet).Input("images", [batch, 6, Height, Width]).Output("scores", batch, Classes);
        (string, long[], bool)[] same = [OnnxGraph.Several("kernel_shape", 3, 3), OnnxGraph.Several("pads", 1, 1, 1, 1)];
        string x = file.Node("Relu", [Conv("images", 6)]);
        string branch = Conv(x, 8);
        if (isNormalized)
            branch = file.Node("BatchNormalization", [branch, Numbers(8), Numbers(8), Numbers(8), Numbers(8)]);
        x = file.Node("Relu", [file.Node("Add", [branch, x])]);
        x = file.Node("MaxPool", [x], [OnnxGraph.Several("kernel_shape", 2, 2), OnnxGraph.Several("strides", 2, 2)]);
        x = file.Node("Flatten", [file.Node("GlobalAveragePool", [x])], [OnnxGraph.One("axis", 1)]);
        x = file.Node("Gemm", [x, file.Weights(Random(Classes * 8), Classes, 8), Numbers(Classes)], [OnnxGraph.One("transB", 1)]);
        file.Node(end, [x], output: "scores");
        return file.ToArray();

        string Conv(string x, int channels) => file.Node("Conv", [x, file.Weights(Random(8 * channels * 9), 8, channels, 3, 3), Numbers(8)], same);
        string Numbers(int count) => file.Weights(Array.ConvertAll(Random(count), value => value + 0.6f), count);
        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
