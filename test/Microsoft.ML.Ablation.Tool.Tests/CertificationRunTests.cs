using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Ablation.Tool.Runs;
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
            .Append(_ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper with { Seed = 1, Threads = 1 })).Fit(rows);
        CertificationResult result = new CertificationRun(model, rows, "toys").Run(new ToolConsole(json: false, quiet: true), CancellationToken.None);
        Assert.AreEqual(1.0, result.Accuracy);
    }

    /// <summary>A mask may have no answer, and answers may be classes without scores, of rows that are no images.</summary>
    [TestMethod]
    public void Masks_without_an_answer_are_kept_and_drawn_as_such()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { new Row { Label = "ant", Features = [0, 0, 0, 2] }, new Row { Label = "bee", Features = [1, 1, 1, 1] } });
        IEstimator<ITransformer> chain = _ml.Transforms.PartitionAblation(4, encoding: AblationEncoding.Missing)
            .Append(_ml.Transforms.CustomMapping<Seen, Named>((seen, said) => said.Name = seen.Features.First(value => !float.IsNaN(value)) switch
            {
                0 => "ant",
                1 => "bee",
                _ => "neither",
            }, contractName: null))
            .Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Name", keyData: Names("ant", "bee")));
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Label", keyData: Names("ant", "bee"))
            .Append(_ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Gap, Threads = 1 })).Fit(rows);
        string folder = Directory.CreateTempSubdirectory("ablation-answers-").FullName;
        try
        {
            CertificationResult result = new CertificationRun(model, rows, "toys") { RunDirectory = folder, ModelHash = "a" }
                .Run(new ToolConsole(json: false, quiet: true), CancellationToken.None);
            CollectionAssert.AreEqual(new[] { 1.0, 1.0 }, result.CertifiedAccuracy.ToArray());
            EvaluatedRun run = EvaluatedRun.Load(folder, RunClaims.None);
            CollectionAssert.AreEqual(result.CertifiedAccuracy.ToArray(), run.Metrics.CertifiedAccuracy.ToArray());
            CollectionAssert.AreEqual(new[] { 3, 0 }, run.Rows[0].Result.EstimationVotes());
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => EvaluatedRun.Load(folder, new RunClaims { Rule = CertificationRule.Condorcet })).Message, "has only their answers");
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => EvaluatedRun.Load(folder, new RunClaims { Against = CertifiedAttack.Patch })).Message, "not known to be images");

            var pictures = RowPictures.Draw(model, rows, run, [0, 1], CancellationToken.None);
            string?[] answers = [.. pictures[0]!.Ablations.Select(ablation => ablation.Answer)];
            CollectionAssert.AreEquivalent(new[] { "ant", "ant", "ant", null }, answers);
            string page = HtmlReport.Write([run], ReportPlot.Of([run]), pictures, attack: null);
            Assert.HasCount(2, page.Split("<figcaption>no answer</figcaption>"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IDataView Names(params string[] names) => _ml.Data.LoadFromEnumerable(names.Select(name => new Named { Name = name }));
}
