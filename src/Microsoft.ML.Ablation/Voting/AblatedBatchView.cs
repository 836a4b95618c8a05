using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// The ablations of one row as a data view: the row's columns as they are, and the ablated column, anew in every row.
/// What it shows is chosen before a cursor is opened.
/// </summary>
internal sealed class AblatedBatchView(IHost host, DataViewSchema schema, int ablatedColumn, DataViewRow source, AblationEncoder encoder,
    int retainedPixels) : RepeatedRowView(host, schema, source, ablatedColumn, isAdded: true)
{
    private readonly float[] _encoded = new float[encoder.Layout.Positions * encoder.EncodedChannels];
    private AblationKey _key;
    private SampleRange _range;
    private ReadOnlyMemory<uint> _samples;

    protected override int Count => _range.Count;

    /// <summary>Chooses the row and the samples that the next cursor shows.</summary>
    public void Show(ReadOnlySpan<float> planar, AblationKey key, SampleRange range)
    {
        encoder.EncodeAll(planar, _encoded);
        _key = key;
        _range = range;
        _samples = default;
    }

    /// <summary>Chooses the row and single samples that the next cursor shows.</summary>
    public void Show(ReadOnlySpan<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        Show(planar, key, new SampleRange(stage, 0, samples.Length));
        _samples = samples;
    }

    protected override RowMaker OpenMaker()
    {
        var sampler = new SubsetSampler(encoder.Layout.Positions, retainedPixels);
        (AblationKey key, SampleRange range, ReadOnlyMemory<uint> samples) = (_key, _range, _samples);
        return (int index, ref VBuffer<float> ablated) =>
        {
            uint sample = samples.IsEmpty ? range.First + (uint)index : samples.Span[index];
            VBufferEditor<float> editor = VBufferEditor.Create(ref ablated, _encoded.Length);
            encoder.Ablate(_encoded, sampler.Sample(key, range.Stage, sample), editor.Values);
            ablated = editor.Commit();
        };
    }
}
