using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A model and the rows on which it is attacked, one after the other; counts queries.</summary>
internal sealed class AttackTarget : IDisposable
{
    /// <summary>Stands for a missing answer.</summary>
    public const int Abstained = CertifiedPrediction.Abstain;

    private readonly IHost _host;
    private readonly AttackOptions _options;
    private readonly DataViewRowCursor _rows;
    private readonly ModelOracle _model;
    private readonly SmoothedOracle? _smoothed;
    private readonly NeighborColumns? _neighbors;
    private readonly ValueGetter<VBuffer<float>> _getFeatures;
    private VBuffer<float> _features;

    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public AttackTarget(IHost host, ITransformer model, IDataView data, AttackOptions options)
    {
        (_host, _options) = (host, options);
        DataViewSchema.Column features = SchemaColumns.Find(data.Schema, "feature", options.FeatureColumnName);
        SmoothedCertifierTransformer? certifier = CertifierChain.Find(model);
        Layout = LayoutOf(features, options, certifier);
        _rows = SingleCursor.Open(data, data.Schema);
        try
        {
            var candidates = new CandidateView(host, _rows, features.Index);
            _model = new ModelOracle(host, model, candidates, options, certifier?.Options);
            _getFeatures = _rows.GetGetter<VBuffer<float>>(features);
            if (certifier is not null)
                _smoothed = SmoothedOracle.Of(host, certifier, model, candidates, options);
            else
                _neighbors = NeighborsOf(model, features.Name);
        }
        catch
        {
            _rows.Dispose();
            throw;
        }
    }

    /// <summary>Which slots of the column belong to a pixel.</summary>
    public FeatureLayout Layout { get; }

    public IReadOnlyList<string> Classes => _model.Classes;

    public AttackCost Cost { get; private set; }

    /// <summary>The number of the current row.</summary>
    public long Position => _rows.Position;

    /// <summary>The current row's features, in the order of the column's slots.</summary>
    public float[] Original { get; private set; } = [];

    /// <summary>The current row's true class.</summary>
    public int Label { get; private set; }

    /// <summary>The model's answer to the current row, unchanged.</summary>
    public int Answer { get; private set; }

    /// <summary>The certified radius of the current row, −1 for none; null for a model that certifies nothing.</summary>
    public int? CertifiedRadius { get; private set; }

    /// <summary>The patch that the certified radius is a multiple of; null where it is a number of pixels.</summary>
    public PatchUnit? CertifiedPatch => _smoothed?.CertifiedPatch;

    /// <summary>Whether certificates hold without chance, so that not even an abstention may be within them.</summary>
    public bool IsCertain => _smoothed is { Fresh: null };

    /// <summary>Among how many classes the true class is certified to stay.</summary>
    public int CertifiedTopCount => _smoothed is { Places: { } places } ? places : 1;

    /// <summary>Values that the certifier reads of a row.</summary>
    public int PlanarLength => _smoothed!.Encoder.Layout.Shape.Values;

    /// <summary>Moves to the next row and asks the model about it.</summary>
    /// <exception cref="ArgumentException">The row has no label.</exception>
    public bool MoveNext()
    {
        _host.CheckAlive();
        if (!_rows.MoveNext())
            return false;
        _getFeatures(ref _features);
        Original = [.. _features.DenseValues()];
        ModelReply reply = Ask(_model, Original, certified: true);
        (Label, Answer, CertifiedRadius) = (reply.Label, reply.Answer, reply.CertifiedRadius);
        _smoothed?.MoveTo(Original);
        return true;
    }

    /// <summary>The model's answer to a candidate for the current row.</summary>
    public int Ask(float[] candidate) => AskForScores(candidate).Answer;

    /// <summary>The model's answer to a candidate for the current row, and the scores of a plain classifier.</summary>
    public (int Answer, float[]? Scores) AskForScores(float[] candidate)
    {
        ModelReply reply = Ask(_model, candidate);
        return (reply.Answer, reply.Scores);
    }

    /// <summary>
    /// The answer of a smoothed classifier from fresh votes of another seed, and under the rule Top the number of other classes
    /// that they put ahead of the true one. A plain classifier, and one of fixed masks, is deterministic and is asked again.
    /// </summary>
    public (int Answer, int? ClassesAhead) Verify(float[] candidate)
    {
        ModelReply reply = Ask(_smoothed?.Fresh ?? _model, candidate);
        return (reply.Answer, _smoothed?.Places is null ? null : _smoothed.CountAhead(reply.Counts, Label));
    }

    /// <summary>The margin of the current row's true class: exact for a plain classifier and for fixed masks, else from so many votes.</summary>
    public IMargin MarginOf(int votes)
    {
        if (_neighbors is not null)
            return new NeighborMargin(this, _neighbors);
        return _smoothed?.MarginOf(this, votes) ?? new PlainMargin(this);
    }

    /// <summary>Gradients of the base classifier.</summary>
    /// <exception cref="ArgumentException">
    /// The model is not smoothed, its base classifier has no gradient, or values of the column change before they reach it.
    /// </exception>
    public GradientSource Gradients() => FindGradients(out string problem) ?? throw new ArgumentException(problem);

    /// <summary>Gradients of the base classifier; null where there are none.</summary>
    public GradientSource? GradientsIfAny() => FindGradients(out _);

    /// <summary>Counts a query.</summary>
    /// <param name="answers">Answers of the base classifier, or of the model itself, that it took.</param>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void Count(int answers)
    {
        _host.CheckAlive();
        Cost += new AttackCost(1, answers);
    }

    /// <summary>The values that the certifier reads of a candidate, in channel-major order.</summary>
    public void ReadPlanar(float[] candidate, float[] planar) => _smoothed!.ReadPlanar(candidate, planar);

    public void Dispose()
    {
        _smoothed?.Dispose();
        _rows.Dispose();
    }

    private ModelReply Ask(ModelOracle oracle, float[] candidate, bool certified = false)
    {
        ModelReply reply = oracle.Ask(candidate, certified);
        Count(reply.Votes);
        return reply;
    }

    private GradientSource? FindGradients(out string problem)
    {
        problem = "";
        if (_smoothed?.GradientModel is not { } model)
        {
            problem = "This attack needs the gradient of a network, but the model is no smoothed classifier of a network of this library; use another attack.";
            return null;
        }
        float[] read = _smoothed.PlanarOf(Original);
        var asIs = new float[Original.Length];
        Layout.ToPlanar(new VBuffer<float>(Original.Length, Original), asIs);
        if (!read.AsSpan().SequenceEqual(asIs))
        {
            problem = $"The model changes the values of column '{_options.FeatureColumnName}' before the certifier reads them, and gradients do not pass through that; attack the "
                + "column that the certifier reads, in data to which the transformers before it have been applied.";
            return null;
        }
        return new GradientSource(this, model, _smoothed.Encoder, _smoothed.AblationsOf(Original));
    }

    /// <summary>
    /// A pixel for each position that the certifier ablates, whether the column or the certifier's groups define it.
    /// </summary>
    private static FeatureLayout LayoutOf(DataViewSchema.Column features, AttackOptions options,
        SmoothedCertifierTransformer? certifier)
    {
        FeatureLayout layout = FeatureLayout.Resolve(features.Name, features.Type, options.Shape, options.Layout);
        int values = layout.Shape.Values;
        IReadOnlyList<FeatureGroup> groups = certifier?.Classifier.Vectors.Groups ?? [];
        bool isGrouped = options.Shape is null && groups.Sum(group => group.Slots.Count) == values;
        return isGrouped ? FeatureLayout.OfGroups(values, groups) : layout;
    }

    /// <summary>
    /// The training rows of a nearest neighbour classifier that reads the attacked column unchanged; null for other models.
    /// </summary>
    private static NeighborColumns? NeighborsOf(ITransformer model, string features)
    {
        ITransformer[] parts = [.. CertifierChain.Parts(model)];
        return parts[^1] is ISingleFeaturePredictionTransformer<object> { Model: NearestNeighborModelParameters neighbors } scorer
            && scorer.FeatureColumnName == features && parts[..^1].All(part => part is ValueToKeyMappingTransformer)
            ? neighbors.ToColumns()
            : null;
    }
}
