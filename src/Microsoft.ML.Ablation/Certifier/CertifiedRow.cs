using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The certified answer for the row that a cursor stands on.</summary>
internal sealed class CertifiedRow
{
    private readonly SmoothedCertifierTransformer _owner;
    private readonly BoundBaseClassifier _classifier;
    private readonly DataViewRow _input;
    private readonly ValueGetter<VBuffer<float>> _getFeatures;
    private readonly IVoteSource _votes;
    private readonly float[] _planar;
    private readonly SampleRange[] _ranges;
    private VBuffer<float> _features;
    private long _position = -1;
    private RowResult _current;

    public CertifiedRow(SmoothedCertifierTransformer owner, BoundBaseClassifier classifier, DataViewRow input)
    {
        _owner = owner;
        _classifier = classifier;
        _input = input;
        _getFeatures = input.GetGetter<VBuffer<float>>(input.Schema[classifier.FeatureColumn.Index]);
        _votes = owner.VotesFor(classifier, input);
        _planar = new float[classifier.Encoder.Layout.Shape.Values];
        _ranges =
        [
            new SampleRange(AblationStage.Selection, 0, owner.Options.SelectionSamples),
            new SampleRange(AblationStage.Estimation, 0, owner.Options.EstimationSamples),
        ];
    }

    /// <summary>The answer for the current row, computed once per position.</summary>
    public RowResult Current
    {
        get
        {
            if (_input.Position != _position)
            {
                _current = Certify();
                _position = _input.Position;
            }
            return _current;
        }
    }

    private RowResult Certify()
    {
        _getFeatures(ref _features);
        _classifier.Encoder.ReadRow(_features, _input.Position, _planar);
        AblationKey key = AblationKey.Compute(_owner.Seed, _planar);
        int[][] votes = _votes.CountVotes(_planar, key, _ranges);
        CertifiedPrediction certified = MajorityCertificate.Certify(votes[0], votes[1], _classifier.Encoder.Layout.Positions,
            _owner.RetainedPixels, _owner.Options.Alpha);
        return new RowResult(certified, votes[0], votes[1]);
    }
}
