using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with texts, whose positions are words: how many there are differs from row to row.</summary>
/// <param name="host">The host.</param>
/// <param name="options">The certifier's options.</param>
/// <param name="binding">The base classifier on such data.</param>
/// <param name="ablation">What ablates words.</param>
/// <param name="seed">The seed of the texts' keys.</param>
/// <param name="engine">Who counts votes.</param>
internal abstract class WordSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, WordAblationTransformer ablation, AblationSeed seed, VoteEngine engine)
    : CertifyingSession(host, options, binding, seed)
{
    /// <summary>Divides texts into words.</summary>
    public WordTokenizer Tokenizer => ablation.Tokenizer;

    public override CertifiedRow OpenRow(DataViewRow input, IDataView? view) => new CertifiedText(this, input, Open(input));

    public override IEnumerable<RowInquiry> Inquire(DataViewRowCursor rows)
    {
        ValueGetter<ReadOnlyMemory<char>> getText = rows.GetGetter<ReadOnlyMemory<char>>(rows.Schema[Binding.FeatureColumn.Index]);
        ReadOnlyMemory<char> text = default;
        using ChainVotes votes = Open(rows);
        IWordRetention retention = ablation.MakeRetention();
        while (rows.MoveNext())
        {
            CheckAlive();
            getText(ref text);
            string[] words = Tokenizer.Split(text.Span);
            yield return Inquire(votes, new ShownText(words, Seed.KeyOfText(words)), retention);
        }
    }

    /// <summary>Asks more of one text than its certificate.</summary>
    /// <param name="votes">Who counts.</param>
    /// <param name="text">Its words.</param>
    /// <param name="retention">Which words ablations retain.</param>
    protected abstract RowInquiry Inquire(ChainVotes votes, ShownText text, IWordRetention retention);

    private ChainVotes Open(DataViewRow input) => engine.OpenWords(Binding, input, () => new AblatedText(ablation.MakeWriter(), ablation.MakeRetention()));

    /// <summary>What is covered where words keep their places.</summary>
    protected static string Replacement(int radius, int positions)
        => $"replacement of {(radius == 1 ? "one" : $"up to {radius}")} of the {positions} words of the text, each by any one other word,";

    /// <summary>Certifies one text.</summary>
    /// <param name="votes">Who counts.</param>
    /// <param name="text">Its words.</param>
    public abstract RowResult Certify(ChainVotes votes, ShownText text);
}
