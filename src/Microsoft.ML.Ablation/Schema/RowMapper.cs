using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A mapper from one input column to new columns.</summary>
/// <param name="owner">The transformer that the mapper belongs to.</param>
/// <param name="inputColumn">The index of the column that every output needs.</param>
internal abstract class RowMapper(ITransformer owner, int inputColumn) : IRowMapper
{
    protected int InputColumn => inputColumn;

    public abstract DataViewSchema.DetachedColumn[] GetOutputColumns();

    public abstract Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer);

    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool any = GetOutputColumns().Where((_, index) => activeOutput(index)).Any();
        return column => any && column == inputColumn;
    }

    public ITransformer GetTransformer() => owner;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);
}
