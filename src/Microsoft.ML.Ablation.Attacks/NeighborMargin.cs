using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// The margin of a nearest neighbour classifier. If a candidate differs from the accepted one in some values, each squared
/// distance ‖c − x‖² changes by Σ (c′ − c)(c′ + c − 2x) over these values, so that only these columns of the training rows are
/// read.
/// </summary>
internal sealed class NeighborMargin : IMargin
{
    private readonly AttackTarget _target;
    private readonly int _label;
    private readonly NeighborColumns _rows;
    private float[] _last;
    private float[] _next;
    private float[] _candidate;
    private float[] _nextCandidate;

    // The term that all squared distances share.
    private double _shared;
    private double _nextShared;

    /// <param name="target">The model, at the row under attack.</param>
    /// <param name="rows">The training rows.</param>
    public NeighborMargin(AttackTarget target, NeighborColumns rows)
    {
        (_target, _label, _rows) = (target, target.Label, rows);
        _last = [.. rows.SquaredNorms];
        _next = new float[_last.Length];
        _candidate = new float[rows.Length];
        _nextCandidate = new float[rows.Length];
    }

    public double Uncertainty => 0;

    public double Of(float[] candidate)
    {
        _target.Count(answers: 1);
        candidate.CopyTo(_nextCandidate, 0);
        _last.CopyTo(_next, 0);
        _nextShared = _shared;
        for (int slot = 0; slot < candidate.Length; slot++)
        {
            float now = candidate[slot], before = _candidate[slot];
            if (now == before)
                continue;
            TensorPrimitives.MultiplyAdd(_rows.Column(slot), -2 * (now - before), _next, _next);
            _nextShared += ((double)now - before) * ((double)now + before);
        }
        return _rows.Margin(_next, _nextShared, _label);
    }

    public void Accept()
    {
        (_last, _next) = (_next, _last);
        (_candidate, _nextCandidate) = (_nextCandidate, _candidate);
        _shared = _nextShared;
    }
}
