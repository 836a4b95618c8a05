using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Classes with certified radii.</summary>
internal sealed class ClassAnswers : TableAnswers
{
    private readonly List<CertifiedOutcome> _outcomes = [];
    private readonly string[] _classes;
    private readonly string[]? _labels;
    private readonly bool _uncertifiedAsZero;
    private readonly Func<uint> _predicted;
    private readonly Func<bool> _abstained;
    private readonly Func<int> _radius;

    /// <param name="answered">The rows, as the model gives them.</param>
    /// <param name="options">The names of its columns.</param>
    /// <param name="labels">The true class of each row; null where they are not known.</param>
    /// <param name="uncertifiedAsZero">Whether a right answer without a certificate counts as radius 0.</param>
    /// <exception cref="InvalidDataException">A label is missing, or no class of the model.</exception>
    public ClassAnswers(IDataView answered, SmoothedCertifierOptions options, string[]? labels, bool uncertifiedAsZero)
        : base(answered, [options.PredictedLabelColumnName, options.AbstainedColumnName, options.CertifiedRadiusColumnName])
    {
        (_labels, _uncertifiedAsZero) = (labels, uncertifiedAsZero);
        DataViewSchema.Column predicted = answered.Schema[options.PredictedLabelColumnName];
        _classes = ClassNames.Of(predicted);
        if (labels?.Distinct().Except(_classes, StringComparer.Ordinal).ToArray() is { Length: > 0 } unknown)
            throw new InvalidDataException($"The model has no class {ImageFolder.Listed(unknown)}; its classes are {ImageFolder.Listed(_classes)}. Correct the labels, or leave their column out.");
        _predicted = predicted.Type is BooleanDataViewType ? NumberOf(Reader<bool>(predicted.Name)) : Reader<uint>(predicted.Name);
        (_abstained, _radius) = (Reader<bool>(options.AbstainedColumnName), Reader<int>(options.CertifiedRadiusColumnName));
    }

    /// <summary>False is the first class, True the second.</summary>
    private static Func<uint> NumberOf(Func<bool> flag) => () => flag() ? 2u : 1u;

    public override IReadOnlyList<CertifiedColumn> Columns { get; } =
    [
        new("PredictedLabel", typeof(string)),
        new("Abstained", typeof(bool)),
        new("CertifiedRadius", typeof(int)),
    ];

    public override TableFigures Figures()
    {
        var metrics = CertifiedMetrics.From(_outcomes, _uncertifiedAsZero);
        return new TableFigures
        {
            Rows = _outcomes.Count,
            Accuracy = _labels is null ? null : metrics.ClassificationAccuracy,
            AbstainedShare = metrics.AbstainedShare,
            MedianCertifiedRadius = metrics.MedianCertifiedRadius,
            CertifiedAccuracy = metrics.CertifiedAccuracy,
        };
    }

    protected override object?[] Read()
    {
        (bool abstained, int radius) = (_abstained(), _radius());
        string? predicted = abstained ? null : _classes[(int)_predicted() - 1];
        _outcomes.Add(new CertifiedOutcome(_labels is null ? !abstained : predicted == _labels[_outcomes.Count], abstained, radius));
        return [predicted, abstained, radius];
    }
}
