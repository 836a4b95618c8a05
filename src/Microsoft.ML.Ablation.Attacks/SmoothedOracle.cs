using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>What attacks ask of a smoothed classifier beside its answers: margins, gradients and what verifies a success.</summary>
internal abstract class SmoothedOracle : IDisposable
{
    private readonly CandidateView _candidates;
    private readonly IDataView _input;
    private DataViewRowCursor? _row;

    /// <param name="certifier">The smoothed classifier.</param>
    /// <param name="looks">The same one with the options of looks.</param>
    /// <param name="model">The model that it is part of.</param>
    /// <param name="candidates">The model's input.</param>
    protected SmoothedOracle(SmoothedCertifierTransformer certifier, SmoothedCertifierTransformer looks, ITransformer model, CandidateView candidates)
    {
        _candidates = candidates;
        _input = CertifierChain.InputOf(certifier, model, candidates);
        Session = looks.BindVectors(_input.Schema);
        Places = VoteRule.Of(certifier.Options.Rule).Places(certifier.Options.TopCount);
    }

    public AblationEncoder Encoder => Session.Binding.Encoder;

    /// <summary>The base classifier, if it has gradients.</summary>
    public IGradientClassifier? GradientModel => Session.Binding.DirectModel as IGradientClassifier;

    /// <summary>The number of places under the rule Top; null under another rule.</summary>
    public int? Places { get; }

    /// <summary>The model with fresh votes, which verify a success; null where there is no chance, and the model is asked again.</summary>
    public abstract ModelOracle? Fresh { get; }

    /// <summary>The patch that certified radii are multiples of; null where they are numbers of positions.</summary>
    public abstract PatchUnit? CertifiedPatch { get; }

    /// <summary>The certifier's session that looks are taken with.</summary>
    protected VectorSession Session { get; }

    /// <summary>What attacks a certifier: sampled looks, or all of its fixed masks.</summary>
    /// <param name="host">The host.</param>
    /// <param name="certifier">The smoothed classifier.</param>
    /// <param name="model">The model that it is part of.</param>
    /// <param name="candidates">The model's input.</param>
    /// <param name="options">The seed, and the numbers of votes.</param>
    public static SmoothedOracle Of(IHost host, SmoothedCertifierTransformer certifier, ITransformer model, CandidateView candidates, AttackOptions options)
        => certifier.Masks is null
            ? new SampledOracle(host, certifier, model, candidates, options)
            : new FamilyOracle(certifier, model, candidates, options);

    /// <summary>The margin of the target's current row.</summary>
    /// <param name="target">The target.</param>
    /// <param name="votes">The most random ablations that it is estimated from.</param>
    public abstract IMargin MarginOf(AttackTarget target, int votes);

    /// <summary>Chooses the retained positions of the ablations that gradients are taken over: of a number of them, from a first one on.</summary>
    public abstract Func<uint, int, int[][]> AblationsOf(float[] original);

    /// <summary>The number of classes that votes put ahead of a class.</summary>
    public int CountAhead(int[] votes, int ofClass)
        => Enumerable.Range(0, votes.Length).Count(other => other != ofClass && IsAhead(votes, other, ofClass));

    /// <summary>Reads the columns of the current row that the base classifier needs beside its features.</summary>
    public void MoveTo(float[] original)
    {
        CloseRow();
        _candidates.Show([original]);
        _row = SingleCursor.Open(_input, _input.Schema.Where(column => Session.Binding.Dependencies().Contains(column.Index)));
        _row.MoveNext();
        Open(_row);
    }

    /// <summary>The values that the certifier reads of a candidate, in channel-major order.</summary>
    public void ReadPlanar(float[] candidate, float[] planar)
    {
        _candidates.Show([candidate]);
        using DataViewRowCursor cursor = SingleCursor.Open(_input, [Session.Binding.FeatureColumn]);
        cursor.MoveNext();
        VBuffer<float> features = default;
        cursor.GetGetter<VBuffer<float>>(Session.Binding.FeatureColumn)(ref features);
        Encoder.ReadRow(features, 0, planar);
    }

    /// <inheritdoc cref="ReadPlanar"/>
    public float[] PlanarOf(float[] candidate)
    {
        var planar = new float[Encoder.Layout.Shape.Values];
        ReadPlanar(candidate, planar);
        return planar;
    }

    public void Dispose()
    {
        CloseRow();
        Release();
    }

    /// <summary>Whether votes put a class ahead of another.</summary>
    protected abstract bool IsAhead(int[] votes, int other, int ofClass);

    /// <summary>Opens what answers for a row.</summary>
    protected abstract void Open(DataViewRow row);

    /// <summary>Closes it, if it is open.</summary>
    protected abstract void Close();

    /// <summary>Frees what answers for all rows.</summary>
    protected virtual void Release() => Session.ReleaseVotes();

    private void CloseRow()
    {
        Close();
        _row?.Dispose();
    }
}
