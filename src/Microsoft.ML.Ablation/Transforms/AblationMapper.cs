using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Gives the ablated column of one view.</summary>
internal sealed class AblationMapper(AblationTransformer owner, int inputColumn, int? copyColumn, AblationEncoder encoder, AblationDraw? fresh) : IRowMapper
{
    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool active = activeOutput(0);
        return column => active && (column == inputColumn || column == copyColumn);
    }

    public DataViewSchema.DetachedColumn[] GetOutputColumns()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        AblationLayout layout = encoder.Layout.IsInterleaved ? AblationLayout.Interleaved : AblationLayout.Planar;
        annotations.Add(AblationTransformer.LayoutAnnotation, TextDataViewType.Instance,
            (ref ReadOnlyMemory<char> value) => value = layout.ToString().AsMemory());
        return [new(owner.OutputColumnName, encoder.Layout.EncodedType(encoder.Encoding), annotations.ToAnnotations())];
    }

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        return [activeOutput(0) ? MakeGetter(input) : null!];
    }

    private ValueGetter<VBuffer<float>> MakeGetter(DataViewRow input)
    {
        ValueGetter<VBuffer<float>> getRow = input.GetGetter<VBuffer<float>>(input.Schema[inputColumn]);
        RetainedPositions retainedOf = owner.MakeRetained(encoder.Positions, fresh);
        int[] all = fresh is null ? [] : [.. Enumerable.Range(0, encoder.Positions)];
        var planar = new float[encoder.Layout.Shape.Values];
        var encoded = new float[encoder.EncodedValues];
        ValueGetter<uint>? getCopy = copyColumn is { } index ? input.GetGetter<uint>(input.Schema[index]) : null;
        VBuffer<float> row = default;
        uint copy = 0;
        long read = -1;
        return (ref VBuffer<float> ablated) =>
        {
            // A trainer may read a row several times, and the transforms before this one can be as slow as decoding a photograph. Only its cursors are
            // known to move when the row changes.
            if (fresh is null || read != input.Position)
            {
                getRow(ref row);
                encoder.ReadRow(row, input.Position, planar);
                encoder.EncodeAll(planar, encoded);
                read = input.Position;
            }
            getCopy?.Invoke(ref copy);
            ReadOnlySpan<int> retained = fresh is { IsWhole: true } ? all : retainedOf(planar, copy, input.Position);
            VBufferEditor<float> editor = VBufferEditor.Create(ref ablated, encoded.Length);
            encoder.Ablate(encoded, retained, editor.Values);
            ablated = editor.Commit();
        };
    }
}
