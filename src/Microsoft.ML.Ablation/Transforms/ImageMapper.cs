using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Writes a changed image.</summary>
/// <param name="image">The image, in the order of its column.</param>
/// <param name="row">The row's number in its cursor.</param>
/// <param name="changed">Receives the changed one, in the order of the output column.</param>
internal delegate void ImageChange(ReadOnlySpan<float> image, ulong row, Span<float> changed);

/// <summary>Gives the changed image of one view.</summary>
/// <param name="owner">The transformer.</param>
/// <param name="column">The column with the image.</param>
/// <param name="layout">Where its values stand.</param>
/// <param name="output">Where those of the changed image stand.</param>
/// <param name="makeChange">Gives the change for one getter; null leaves images as they are.</param>
internal sealed class ImageMapper(ImageTransformer owner, DataViewSchema.Column column, FeatureLayout layout, FeatureLayout output,
    Func<ImageChange>? makeChange) : IRowMapper
{
    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool active = activeOutput(0);
        return index => active && index == column.Index;
    }

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => [new(owner.OutputColumnName, output.Type)];

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        if (!activeOutput(0))
            return [null!];
        ValueGetter<VBuffer<float>> getRow = input.GetGetter<VBuffer<float>>(input.Schema[column.Index]);
        return [makeChange is null ? getRow : MakeChanged(input, getRow, makeChange())];
    }

    private ValueGetter<VBuffer<float>> MakeChanged(DataViewRow input, ValueGetter<VBuffer<float>> getRow, ImageChange change)
    {
        var image = new float[layout.Shape.Values];
        VBuffer<float> row = default;
        return (ref VBuffer<float> changed) =>
        {
            getRow(ref row);
            if (row.Length != image.Length)
                throw new ArgumentException($"Row {input.Position} of column '{column.Name}' has {row.Length} values instead of {image.Length}.");
            row.CopyTo(image);
            VBufferEditor<float> editor = VBufferEditor.Create(ref changed, output.Shape.Values);
            change(image, (ulong)input.Position, editor.Values);
            changed = editor.Commit();
        };
    }
}
