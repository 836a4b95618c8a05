using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Gives the moved and mirrored column of one view.</summary>
/// <param name="owner">The transformer.</param>
/// <param name="column">The column with the image.</param>
/// <param name="layout">Where its values stand.</param>
/// <param name="fresh">What changes are drawn from; null for none.</param>
internal sealed class RandomCropFlipMapper(RandomCropFlipTransformer owner, DataViewSchema.Column column, FeatureLayout layout,
    AblationKey? fresh) : IRowMapper
{
    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool active = activeOutput(0);
        return index => active && index == column.Index;
    }

    public DataViewSchema.DetachedColumn[] GetOutputColumns() => [new(owner.OutputColumnName, column.Type)];

    public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        if (!activeOutput(0))
            return [null!];
        ValueGetter<VBuffer<float>> getRow = input.GetGetter<VBuffer<float>>(input.Schema[column.Index]);
        return [fresh is { } key ? MakeChanged(input, getRow, key) : getRow];
    }

    private ValueGetter<VBuffer<float>> MakeChanged(DataViewRow input, ValueGetter<VBuffer<float>> getRow, AblationKey key)
    {
        var image = new float[layout.Shape.Values];
        VBuffer<float> row = default;
        return (ref VBuffer<float> changed) =>
        {
            getRow(ref row);
            if (row.Length != image.Length)
                throw new ArgumentException($"Row {input.Position} of column '{column.Name}' has {row.Length} values instead of {image.Length}.");
            row.CopyTo(image);
            VBufferEditor<float> editor = VBufferEditor.Create(ref changed, image.Length);
            CropFlip.Draw(key, (ulong)input.Position, owner.Padding, owner.Flip).Apply(image, layout, editor.Values);
            changed = editor.Commit();
        };
    }
}
