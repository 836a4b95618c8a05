using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A row with other features: what an attack asks a model about.</summary>
internal sealed class CandidateView(IHost host, DataViewRow row, int featureColumn)
    : RepeatedRowView(host, row.Schema, row, featureColumn, isAdded: false)
{
    private IReadOnlyList<float[]> _candidates = [];

    protected override int Count => _candidates.Count;

    /// <summary>Chooses what the next cursor shows.</summary>
    /// <param name="candidates">The features of each row, in the order of the column's slots; not changed while a cursor reads them.</param>
    public void Show(IReadOnlyList<float[]> candidates) => _candidates = candidates;

    protected override RowMaker OpenMaker()
    {
        IReadOnlyList<float[]> candidates = _candidates;
        return (int index, ref VBuffer<float> features) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref features, candidates[index].Length);
            candidates[index].CopyTo(editor.Values);
            features = editor.Commit();
        };
    }
}
