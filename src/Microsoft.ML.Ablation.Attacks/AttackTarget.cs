using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A model and the rows that it is attacked on, one after the other; it counts what it is asked.</summary>
internal sealed class AttackTarget : IDisposable
{
    /// <summary>What stands for a missing answer.</summary>
    public const int Abstained = CertifiedPrediction.Abstain;

    private readonly IHost _host;
    private readonly AttackOptions _options;
    private readonly DataViewRowCursor _rows;
    private readonly CandidateView _candidates;
    private readonly Question _model;
    private readonly Smoothing? _smoothing;
    private readonly NeighborColumns? _neighbors;
    private readonly ValueGetter<VBuffer<float>> _getFeatures;
    private VBuffer<float> _features;

    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public AttackTarget(IHost host, ITransformer model, IDataView data, AttackOptions options)
    {
        _host = host;
        _options = options;
        DataViewSchema.Column features = SchemaColumns.Find(data.Schema, "feature", options.FeatureColumnName);
        Layout = FeatureLayout.Resolve(features.Name, features.Type, options.Shape, options.Layout);
        SmoothedCertifierTransformer? certifier = CertifierChain.Find(model);
        // What the certifier takes for one position is one, however many slots it fills.
        if (options.Shape is null && certifier is { Classifier.Ablation.Groups: { Count: > 0 } groups } && groups.Sum(group => group.Slots.Count) == Layout.Shape.Values)
            Layout = FeatureLayout.OfGroups(Layout.Shape.Values, groups);
        _rows = SingleCursor.Open(data, data.Schema);
        try
        {
            _candidates = new CandidateView(host, _rows, features.Index);
            _model = new Question(host, model.Transform(_candidates), options, certifier?.Options);
            _getFeatures = _rows.GetGetter<VBuffer<float>>(features);
            if (certifier is not null)
                _smoothing = new Smoothing(host, certifier, model, _candidates, options);
            else
                _neighbors = NeighborsOf(model, features.Name);
        }
        catch
        {
            _rows.Dispose();
            throw;
        }
    }

    /// <summary>Where pixels stand in the column.</summary>
    public FeatureLayout Layout { get; }

    public IReadOnlyList<string> Classes => _model.Classes;

    public AttackCost Cost { get; private set; }

    /// <summary>The number of the current row.</summary>
    public long Position => _rows.Position;

    /// <summary>The current row's features, in the order of the column's slots.</summary>
    public float[] Original { get; private set; } = [];

    /// <summary>The current row's true class.</summary>
    public int Label { get; private set; }

    /// <summary>The model's answer to the current row as it is.</summary>
    public int Answer { get; private set; }

    /// <summary>The certified radius of the current row, −1 for none; null for a model that certifies nothing.</summary>
    public int? CertifiedRadius { get; private set; }

    /// <summary>Among how many classes the true class is certified to stay.</summary>
    public int CertifiedTopCount => _smoothing is { Places: { } places } ? places : 1;

    /// <summary>Values that the certifier reads of a row.</summary>
    public int PlanarLength => _smoothing!.Encoder.Layout.Shape.Values;

    /// <summary>Goes to the next row and asks the model about it.</summary>
    /// <exception cref="ArgumentException">The row has no label.</exception>
    public bool MoveNext()
    {
        _host.CheckAlive();
        if (!_rows.MoveNext())
            return false;
        _getFeatures(ref _features);
        Original = [.. _features.DenseValues()];
        Reply reply = _model.Ask(_candidates, Original, certified: true);
        Count(reply.Votes);
        (Label, Answer, CertifiedRadius) = (reply.Label, reply.Answer, reply.CertifiedRadius);
        _smoothing?.GoTo(Original);
        return true;
    }

    /// <summary>The model's answer to a candidate for the current row.</summary>
    public int Ask(float[] candidate) => AskForScores(candidate).Answer;

    public (int Answer, float[]? Scores) AskForScores(float[] candidate)
    {
        Reply reply = _model.Ask(_candidates, candidate, certified: false);
        Count(reply.Votes);
        return (reply.Answer, reply.Scores);
    }

    /// <summary>
    /// The answer from fresh votes of another seed, for a smoothed classifier, and under the rule Top how many other classes they put ahead of the true one; a plain
    /// classifier has no chance in it, and is asked again.
    /// </summary>
    public (int Answer, int? ClassesAhead) Verify(float[] candidate)
    {
        if (_smoothing is null)
            return (Ask(candidate), null);
        Reply reply = _smoothing.Fresh.Ask(_candidates, candidate, certified: false);
        Count(reply.Votes);
        return (reply.Answer, _smoothing.Places is null ? null : _smoothing.CountAhead(reply.Counts, Label));
    }

    /// <summary>The margin of the current row's true class, by looks with so many votes, or exactly for a plain classifier.</summary>
    public IMargin MarginOf(int votes)
    {
        if (_neighbors is not null)
            return new NeighborMargin(this, _neighbors);
        if (_smoothing is null)
            return new PlainMargin(this);
        var planar = new float[PlanarLength];
        ReadPlanar(Original, planar);
        var key = AblationKey.Compute((ulong)_options.Seed, planar);
        int d = _smoothing.Encoder.Layout.Positions;
        // Where there are no more ablations than votes, each is looked at once.
        (AblationStage stage, int count) = SubsetEnumerator.TryCount(d, _smoothing.RetainedPixels, votes, out long all)
            ? (AblationStage.Exact, (int)all)
            : (AblationStage.Estimation, votes);
        return new SmoothedMargin(this, _smoothing.Encoder.Layout, new SubsetSampler(d, _smoothing.RetainedPixels), key, stage, count, _options.KeepsAnswers);
    }

    /// <summary>Gradients of the base classifier.</summary>
    /// <exception cref="ArgumentException">The model is not smoothed, or its base classifier has no gradient, or reads other values than the column's.</exception>
    public GradientSource Gradients()
    {
        if (_smoothing?.GradientModel is not { } model)
        {
            throw new ArgumentException("This attack goes through a network, but the model is no smoothed classifier of a network of this library; "
                + "use another attack.");
        }
        var read = new float[PlanarLength];
        ReadPlanar(Original, read);
        var asIs = new float[Original.Length];
        Layout.ToPlanar(new VBuffer<float>(Original.Length, Original), asIs);
        if (!read.AsSpan().SequenceEqual(asIs))
        {
            throw new ArgumentException($"Between column '{_options.FeatureColumnName}' and the certifier its values are changed, and the gradient does not go "
                + "through that; attack the column that the certifier reads, in data to which the transformers before it have been applied.");
        }
        var key = AblationKey.Compute((ulong)_options.Seed, read);
        return new GradientSource(this, model, _smoothing.Encoder, new SubsetSampler(_smoothing.Encoder.Layout.Positions, _smoothing.RetainedPixels), key);
    }

    /// <summary>Counts a query.</summary>
    /// <param name="answers">What the base classifier, or the model itself, was asked for it.</param>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public void Count(int answers)
    {
        _host.CheckAlive();
        Cost += new AttackCost(1, answers);
    }

    /// <summary>What the certifier reads of a candidate, in channel-major order.</summary>
    public void ReadPlanar(float[] candidate, float[] planar) => _smoothing!.ReadPlanar(_candidates, candidate, planar);

    /// <summary>The base classifier's answers to some ablations.</summary>
    public int[] Answers(float[] planar, AblationKey key, AblationStage stage, uint[] samples)
    {
        Count(samples.Length);
        return _smoothing!.Votes.Answer(planar, key, stage, samples);
    }

    public void Dispose()
    {
        _smoothing?.Dispose();
        _rows.Dispose();
    }

    /// <summary>The training rows of a model that ends in the nearest neighbour and reads the attacked column as it is; null for others.</summary>
    private static NeighborColumns? NeighborsOf(ITransformer model, string features)
    {
        ITransformer[] parts = [.. CertifierChain.Parts(model)];
        return parts[^1] is ISingleFeaturePredictionTransformer<object> { Model: NearestNeighborModelParameters neighbors } scorer
            && scorer.FeatureColumnName == features && parts[..^1].All(part => part is ValueToKeyMappingTransformer)
            ? neighbors.ToColumns()
            : null;
    }

    /// <summary>What a model says of one candidate.</summary>
    /// <param name="Label">The true class.</param>
    /// <param name="Answer">The class that it answers.</param>
    /// <param name="Scores">The scores of a plain classifier.</param>
    /// <param name="CertifiedRadius">The certified radius.</param>
    /// <param name="Votes">Ablations that voted.</param>
    /// <param name="Counts">The votes of each class; empty for a plain classifier.</param>
    private readonly record struct Reply(int Label, int Answer, float[]? Scores, int? CertifiedRadius, int Votes, int[] Counts);

    /// <summary>The columns in which a model answers.</summary>
    private sealed class Question
    {
        private readonly IDataView _scored;
        private readonly DataViewSchema.Column _label;
        private readonly DataViewSchema.Column _answer;
        private readonly ClassMap _classes;
        private readonly DataViewSchema.Column? _scores;
        private readonly DataViewSchema.Column? _radius;
        private readonly DataViewSchema.Column? _votes;
        private readonly DataViewSchema.Column? _counts;

        /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
        public Question(IHost host, IDataView scored, AttackOptions options, SmoothedCertifierOptions? certified)
        {
            _scored = scored;
            _label = ClassColumn.FindLabel(scored.Schema, options.LabelColumnName);
            _answer = ClassColumn.FindPrediction(scored.Schema, options.PredictedLabelColumnName);
            _classes = new ClassMap(_label, _answer, host);
            if (certified is null)
            {
                _scores = scored.Schema.GetColumnOrNull(DefaultColumnNames.Score) is { } score
                    && score.Type.Equals(new VectorDataViewType(NumberDataViewType.Single, Classes.Count)) ? score : null;
            }
            else
            {
                _radius = scored.Schema.GetColumnOrNull(certified.CertifiedRadiusColumnName);
                _votes = scored.Schema.GetColumnOrNull(certified.SampleCountColumnName);
                _counts = scored.Schema.GetColumnOrNull(certified.VotesColumnName);
            }
        }

        public IReadOnlyList<string> Classes => _classes.Classes;

        public Reply Ask(CandidateView view, float[] candidate, bool certified)
        {
            view.Show([candidate]);
            DataViewSchema.Column?[] columns = [_label, _answer, _scores, _votes, _counts, certified ? _radius : null];
            using DataViewRowCursor cursor = SingleCursor.Open(_scored, columns.OfType<DataViewSchema.Column>());
            cursor.MoveNext();
            uint label = 0, answer = 0;
            _classes.LabelGetter(cursor, () => view.Row)(ref label);
            _classes.AnswerGetter(cursor)(ref answer);
            VBuffer<float> scores = default;
            if (_scores is { } scoreColumn)
                cursor.GetGetter<VBuffer<float>>(scoreColumn)(ref scores);
            VBuffer<int> counts = default;
            if (_counts is { } countColumn)
                cursor.GetGetter<VBuffer<int>>(countColumn)(ref counts);
            return new Reply((int)label - 1, answer == 0 ? Abstained : (int)answer - 1, _scores is null ? null : [.. scores.DenseValues()],
                certified ? Integer(cursor, _radius) : null, Integer(cursor, _votes) ?? 1, [.. counts.DenseValues()]);
        }

        private static int? Integer(DataViewRow row, DataViewSchema.Column? column)
        {
            if (column is null)
                return null;
            int value = 0;
            row.GetGetter<int>(column.Value)(ref value);
            return value;
        }
    }

    /// <summary>How a smoothed classifier is asked about some ablations only, and with another seed.</summary>
    private sealed class Smoothing : IDisposable
    {
        // Seeds of certifiers are small numbers as a rule, and this is none.
        private const int VerificationSalt = 0x5EED_0A77;

        private readonly CandidateView _candidates;
        private readonly IDataView _input;
        private readonly CertifyingSession _looks;
        private readonly CertifyingSession _fresh;
        private DataViewRowCursor? _row;
        private VoteLease? _votes;

        public Smoothing(IHost host, SmoothedCertifierTransformer certifier, ITransformer model, CandidateView candidates, AttackOptions options)
        {
            _candidates = candidates;
            _input = CertifierChain.InputOf(certifier, model, candidates);
            // Votes per class are what margins are taken from, whatever the rule.
            _looks = certifier.WithOptions(certifier.Options with { Rule = CertificationRule.Majority }).Bind(_input.Schema);
            RetainedPixels = certifier.RetainedPixels;
            SmoothedCertifierTransformer fresh = certifier.WithOptions(certifier.Options with
            {
                Seed = options.Seed ^ VerificationSalt,
                SecretSeed = null,
                Plan = SamplingPlan.Fixed(certifier.Options.Plan.SelectionCount, options.VerificationVotes),
            });
            _fresh = fresh.Bind(_input.Schema);
            Fresh = new Question(host, CertifierChain.With(model, fresh).Transform(candidates), options, fresh.Options);
        }

        public AblationEncoder Encoder => _looks.Binding.Encoder;

        public int RetainedPixels { get; }

        /// <summary>The base classifier, where it has gradients.</summary>
        public IGradientClassifier? GradientModel => _looks.Binding.DirectModel as IGradientClassifier;

        /// <summary>The base classifier's answers to ablations of the current row.</summary>
        public IVoteSource Votes => _votes!.Value.Source;

        /// <summary>The same model with other votes.</summary>
        public Question Fresh { get; }

        /// <summary>The places of the rule Top; null under another rule.</summary>
        public int? Places => _fresh.Options.Rule == CertificationRule.Top ? _fresh.Options.TopCount : null;

        /// <summary>How many classes votes put ahead of one of them: surely, where they are a sample, and at least level with it, where they are all there are.</summary>
        public int CountAhead(int[] votes, int ofClass)
        {
            bool isExact = _fresh.ExactCount is not null;
            double alpha = _fresh.Options.Alpha / (votes.Length - 1);
            return Enumerable.Range(0, votes.Length).Count(other => other != ofClass && (isExact
                ? votes[other] >= votes[ofClass]
                : votes[other] > votes[ofClass] && !BinomialTest.IsUndecided(votes[other], votes[ofClass], alpha)));
        }

        /// <summary>Reads the columns of the current row that the base classifier needs beside its features.</summary>
        public void GoTo(float[] original)
        {
            Leave();
            _candidates.Show([original]);
            _row = SingleCursor.Open(_input, _input.Schema.Where(column => _looks.Binding.Dependencies().Contains(column.Index)));
            _row.MoveNext();
            _votes = _looks.OpenVotes(_row);
        }

        public void ReadPlanar(CandidateView view, float[] candidate, float[] planar)
        {
            view.Show([candidate]);
            using DataViewRowCursor cursor = SingleCursor.Open(_input, [_looks.Binding.FeatureColumn]);
            cursor.MoveNext();
            VBuffer<float> features = default;
            cursor.GetGetter<VBuffer<float>>(_looks.Binding.FeatureColumn)(ref features);
            Encoder.ReadRow(features, 0, planar);
        }

        public void Dispose()
        {
            Leave();
            _looks.ReleaseVotes();
            _fresh.ReleaseVotes();
        }

        private void Leave()
        {
            _votes?.Dispose();
            _row?.Dispose();
        }
    }
}
