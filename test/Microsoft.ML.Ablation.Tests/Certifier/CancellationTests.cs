using System.Reflection;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>A certification that is cancelled ends after the row at hand, whoever reads the rows.</summary>
[TestClass]
public sealed class CancellationTests : IDisposable
{
    private const int Rows = 40, VotesPerRow = 50, CancelledRow = 3;

    /// <summary>Answers by which it is checked first that the base classifier gives them again: 20 twice.</summary>
    private const int Checks = 40;

    private readonly MLContext _ml = new(seed: 1);
    private readonly CancellationTokenSource _token = new();
    private int _votes;
    private Action _cancel = () => { };

    private double CertifiedRows => (double)(_votes - Checks) / VotesPerRow;

    [TestInitialize]
    public void ChooseContext() => _cancel = () => typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!.Invoke(_ml, null);

    public void Dispose() => _token.Dispose();

    [TestMethod]
    public void A_cursor_ends_with_its_context() => Ends(report => Read(report));

    [TestMethod]
    public void A_cache_ends_with_its_context() => Ends(report => Read(_ml.Data.Cache(report)));

    [TestMethod]
    public void An_evaluation_ends_with_its_context() => Ends(report => _ml.MulticlassClassification.EvaluateCertified(report));

    [TestMethod]
    public void A_comparison_of_k_ends_with_its_context() => Ends(_ => Compare());

    [TestMethod]
    public void A_cursor_ends_with_the_token_of_the_options() => Ends(report => Read(report), withToken: true);

    [TestMethod]
    public void A_cache_ends_with_the_token_of_the_options() => Ends(report => Read(_ml.Data.Cache(report)), withToken: true);

    [TestMethod]
    public void An_evaluation_ends_with_its_token()
    {
        _cancel = _token.Cancel;
        IDataView report = Pipeline(2, CancellationToken.None).Fit(Data()).Transform(Data());
        Assert.ThrowsExactly<OperationCanceledException>(() => _ml.MulticlassClassification.EvaluateCertified(report, cancellationToken: _token.Token));
        Assert.AreEqual(CancelledRow, CertifiedRows);
    }

    [TestMethod]
    public void A_comparison_of_k_ends_with_its_token()
    {
        _cancel = _token.Cancel;
        Assert.ThrowsExactly<OperationCanceledException>(() => _ml.MulticlassClassification.CompareRetainedCounts(Data(), Data(), [2, 3], k => Pipeline(k, CancellationToken.None),
            cancellationToken: _token.Token));
        Assert.AreEqual(CancelledRow, CertifiedRows);
    }

    private void Compare() => _ml.MulticlassClassification.CompareRetainedCounts(Data(), Data(), [2, 3], k => Pipeline(k, CancellationToken.None));

    private void Ends(Action<IDataView> read, bool withToken = false)
    {
        if (withToken)
            _cancel = _token.Cancel;
        IDataView report = Pipeline(2, withToken ? _token.Token : CancellationToken.None).Fit(Data()).Transform(Data());
        Exception thrown = Assert.Throws<Exception>(() => read(report));
        Assert.IsInstanceOfType<OperationCanceledException>(thrown.GetBaseException());
        Assert.AreEqual(CancelledRow, CertifiedRows);
    }

    private static int[] Read(IDataView report) => [.. report.GetColumn<int>("CertifiedRadius")];

    private IEstimator<ITransformer> Pipeline(int k, CancellationToken token)
    {
        IEstimator<ITransformer> answer = _ml.Transforms.CustomMapping<Seen, Said>((seen, said) =>
        {
            // The votes of one row come one after the other.
            if (++_votes == Checks + CancelledRow * VotesPerRow - VotesPerRow / 2)
                _cancel();
            said.Answer = "no";
        }, contractName: null).Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Answer", keyData: Names()));
        return _ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: Names()).Append(_ml.Transforms.SmoothedCertifier(_ml.Transforms.RandomAblation(k).Append(answer),
            SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(20, VotesPerRow - 20), ExactBudget = 0, Threads = 1, CancellationToken = token }));
    }

    private IDataView Names() => _ml.Data.LoadFromEnumerable(new[] { "no", "yes" }.Select(name => new ClassName { Value = name }));

    private IDataView Data()
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 8);
        static Row MakeRow(int row) => new() { Features = [.. Enumerable.Range(0, 8).Select(slot => (float)(row * slot % 7) / 7)] };
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(MakeRow), schema);
    }

    private sealed class Row
    {
        public string Name { get; set; } = "no";

        public float[] Features { get; set; } = [];
    }

    private sealed class ClassName
    {
        public string Value { get; set; } = "";
    }

    private sealed class Seen
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class Said
    {
        public string Answer { get; set; } = "";
    }
}
