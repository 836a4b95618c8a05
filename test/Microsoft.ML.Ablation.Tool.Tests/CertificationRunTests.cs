using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Certification of models that programs have made and saved, whose labels need not be numbered as their classes are.</summary>
[TestClass]
public sealed class CertificationRunTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Seen
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Named
    {
        public string Name { get; set; } = "";
    }

    [TestMethod]
    public void Labels_are_classes_by_their_names_whatever_their_numbers()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { "ant", "bee", "cat" }
            .Select((name, index) => new Row { Label = name, Features = [.. Enumerable.Repeat((float)index, 4)] }).ToArray());
        // The classifier says the class that any value shows it.
        IEstimator<ITransformer> chain = _ml.Transforms.RandomAblation(1, encoding: AblationEncoding.Missing, seed: 1)
            .Append(_ml.Transforms.CustomMapping<Seen, Named>((seen, said) => said.Name = seen.Features.First(value => !float.IsNaN(value)) switch
            {
                0 => "ant",
                1 => "bee",
                _ => "cat",
            }, contractName: null))
            .Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Name", keyData: Names("ant", "bee", "cat")));
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: Names("cat", "ant", "bee"))
            .Append(_ml.Transforms.SmoothedCertifier(chain, new SmoothedCertifierOptions { Seed = 1, Threads = 1 })).Fit(rows);
        CertificationResult result = new CertificationRun(model, rows, "toys").Run(new ToolConsole(json: false, quiet: true), CancellationToken.None);
        Assert.AreEqual(1.0, result.Accuracy);
    }

    private IDataView Names(params string[] names) => _ml.Data.LoadFromEnumerable(names.Select(name => new Named { Name = name }));
}
