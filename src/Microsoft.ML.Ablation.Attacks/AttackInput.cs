using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The part of a model that is attacked, and its input.</summary>
/// <param name="Model">The transformers that read the attacked column, and those after them.</param>
/// <param name="Rows">Rows with that column.</param>
internal sealed record AttackInput(ITransformer Model, IDataView Rows)
{
    /// <summary>
    /// If the data have the attacked column, the whole model is attacked. If the model computes the column, from image files or
    /// from other columns, the transformers up to that point are applied to the rows, and the rest of the model is attacked.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Its input.</param>
    /// <param name="featureColumn">The attacked column.</param>
    public static AttackInput Of(ITransformer model, IDataView rows, string featureColumn)
    {
        ITransformer[] parts = [.. CertifierChain.Parts(model)];
        int certifier = Array.FindIndex(parts, part => part is SmoothedCertifierTransformer), most = certifier < 0 ? parts.Length - 1 : certifier;
        IDataView made = rows;
        int applied = 0;
        while (made.Schema.GetColumnOrNull(featureColumn) is null && applied < most)
            made = parts[applied++].Transform(made);
        // If no transformer computes the column, the attack reports it as missing.
        return applied == 0 || made.Schema.GetColumnOrNull(featureColumn) is null
            ? new(model, rows)
            : new(new TransformerChain<ITransformer>(parts[applied..]), made);
    }
}
