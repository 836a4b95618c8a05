using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>The certified answer for the text at a cursor's position.</summary>
/// <param name="session">The certifier on the row's schema.</param>
/// <param name="input">The row.</param>
/// <param name="votes">Who counts; disposed with this.</param>
internal sealed class CertifiedText(WordSession session, DataViewRow input, ChainVotes votes) : CertifiedRow(session, input)
{
    private readonly WordTokenizer _tokenizer = session.Tokenizer;
    private readonly ValueGetter<ReadOnlyMemory<char>> _getText = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[session.Binding.FeatureColumn.Index]);
    private ReadOnlyMemory<char> _text;
    private ShownText? _shown;
    private long _position = -1;

    public override AblationKey Key => Shown().Key;

    /// <summary>The words of the current row.</summary>
    public IReadOnlyList<string> Words => Shown().Words;

    protected override RowResult Certify() => session.Certify(votes, Shown());

    private ShownText Shown()
    {
        if (_shown is null || Input.Position != _position)
        {
            _getText(ref _text);
            string[] words = _tokenizer.Split(_text.Span);
            (_shown, _position) = (new ShownText(words, session.Seed.KeyOfText(words)), Input.Position);
        }
        return _shown;
    }

    public override void Dispose() => votes.Dispose();
}
