using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Networks;

/// <summary>Networks as ONNX files: the scores of ONNX Runtime are those of torch.</summary>
[TestClass]
public sealed class OnnxExportTests
{
    private static readonly MLContext Ml = new(seed: 1);

    public static IEnumerable<object[]> Networks => Enum.GetValues<ImageNetwork>().Where(kind => LongTests.AreWanted || kind is not (ImageNetwork.ResNet18 or ImageNetwork.ResNet50))
        .SelectMany(kind => (object[][])[[kind, new NetworkShape(2, 20, 17, 5)], [kind, new NetworkShape(6, 12, 12, 3)]]);

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void Scores_of_the_file_are_those_of_the_network(ImageNetwork kind, NetworkShape shape)
    {
        TorchRuntime.EnsureLoaded();
        var image = new ImageShape(shape.Channels / 2, shape.Height, shape.Width);
        var layout = FeatureLayout.Resolve("Features", new VectorDataViewType(NumberDataViewType.Single, image.Channels, image.Height, image.Width), null, AblationLayout.Planar);
        var encoder = new AblationEncoder("Features", layout, AblationEncoding.Complement, means: null, normalizedInput: false);
        MaskFamily family = kind switch
        {
            ImageNetwork.Bands => MaskFamily.Bands(image.Height, image.Width, 3),
            // Masks of different sizes.
            _ => MaskFamily.Partition(image.Height, image.Width, 7, seed: 1),
        };
        FunctionalArchitecture architecture = NetworkArchitecture.Of(kind, new MaskedRows(family, encoder));
        var random = new Random(7);
        float[][] weights = [.. architecture.FirstWeights(shape, seed: 3).Zip(architecture.ParametersOf(shape), (values, spec) => spec.Role is ParameterRole.Weight or ParameterRole.Fixed
            ? values
            : Array.ConvertAll(values, _ => 0.5f + random.NextSingle()))];
        using AblationNetwork network = architecture.Create(shape, weights, CPU);
        using var set = new MaskSet(family, encoder, CPU);
        using IDisposable gradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = rand([3, image.Channels, image.Height, image.Width], generator: new Generator(5));
        Tensor ablated = set.Ablate(cat([values, 1 - values], 1), masks: null).contiguous();
        using var session = new InferenceSession(OnnxExport.Write(network));
        using var input = OrtValue.CreateTensorValueFromMemory(TensorMemory.Read(ablated), ablated.shape);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [OnnxExport.Images], [input], [OnnxExport.Scores]);
        CollectionAssert.AreEqual(new long[] { ablated.shape[0], shape.Classes }, output[0].GetTensorTypeAndShape().Shape);
        float[] expected = TensorMemory.Read(network.Forward(ablated)), actual = output[0].GetTensorDataAsSpan<float>().ToArray();
        float largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4f * Math.Max(1, largest));
    }

    [TestMethod]
    public void An_exported_network_is_certified_without_torch_as_with_it_but_for_near_ties()
    {
        using var owned = (IDisposable)CertifiedToys.Pipeline(Ml, ScoringPrecision.Float32, SamplingPlan.Fixed(100, 1_000)).Fit(CertifiedToys.Train(Ml));
        var model = (ITransformer)owned;
        IDataView rows = CertifiedToys.Test(Ml, 20);
        string path = Path.Combine(Path.GetTempPath(), $"ablation-{Guid.NewGuid():n}.onnx");
        try
        {
            CertifiedToys.Certifier(model).ExportOnnx(path);
            using (var session = new InferenceSession(path))
            {
                Dictionary<string, string> said = session.ModelMetadata.CustomMetadataMap;
                Assert.AreEqual($"{CertifiedToys.RetainedCount}", said["retained"]);
                Assert.AreEqual("Complement", said["encoding"]);
            }
            CompareScores(CertifiedToys.Certifier(model), path);
            ITransformer other = Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
                .Append(Ml.Transforms.SmoothedCertifier(Ml.Transforms.RandomAblation(k: CertifiedToys.RetainedCount, seed: 3)
                    .Append(Ml.MulticlassClassification.Trainers.OnnxClassifier(path)), SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 1_000), Seed = 5 })).Fit(rows);
            int[][] expected = CertifiedToys.Votes(model.Transform(rows)), actual = CertifiedToys.Votes(other.Transform(rows));
            int different = expected.Zip(actual, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Sum() / 2).Sum();
            Assert.IsLessThanOrEqualTo(5, different, "votes of 20,000 that differ");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Scores of 1,000 ablations, in bare ONNX Runtime and in torch.</summary>
    private static void CompareScores(SmoothedCertifierTransformer certifier, string path)
    {
        BaseClassifier classifier = BaseClassifier.From(certifier.BaseModel);
        AblatedImageModelParameters trained = classifier.Rest.OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().Single().Model;
        IDataView ablated = classifier.Ablation.Transform(CertifiedToys.Train(Ml, 1_000));
        float[] values = [.. AblatedRows.Read(ablated, ablated.Schema["Features"], trained.Images, seed: 1).SelectMany(row => row)];
        using var session = new InferenceSession(path);
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1_000, 2, 28, 28]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [OnnxExport.Images], [input], [OnnxExport.Scores]);
        float[] actual = output[0].GetTensorDataAsSpan<float>().ToArray();
        using IDisposable gradient = no_grad();
        using var scope = NewDisposeScope();
        float[] expected = TensorMemory.Read(trained.Network.Forward(TensorMemory.Copy<float>(values, [1_000, 2, 28, 28], ScalarType.Float32, CPU)));
        Assert.HasCount(10_000, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
    }
}
