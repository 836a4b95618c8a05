using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The part of a model that is attacked, and what it takes.</summary>
/// <param name="Model">The transformers that read the attacked column, and those after them.</param>
/// <param name="Rows">Rows with that column.</param>
internal sealed record AttackInput(ITransformer Model, IDataView Rows)
{
    /// <summary>
    /// A model that makes the column itself, of image files or of other columns, is attacked from there on: the transformers that come first are applied
    /// to the rows. A model whose column is in the data is attacked as it is.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">What it takes.</param>
    /// <param name="featureColumn">The attacked column.</param>
    public static AttackInput Of(ITransformer model, IDataView rows, string featureColumn)
    {
        ITransformer[] parts = [.. CertifierChain.Parts(model)];
        int certifier = Array.FindIndex(parts, part => part is SmoothedCertifierTransformer), most = certifier < 0 ? parts.Length - 1 : certifier;
        IDataView made = rows;
        int applied = 0;
        while (made.Schema.GetColumnOrNull(featureColumn) is null && applied < most)
            made = parts[applied++].Transform(made);
        // Where no transformer makes it, the attack says that it is missing.
        return applied == 0 || made.Schema.GetColumnOrNull(featureColumn) is null
            ? new(model, rows)
            : new(new TransformerChain<ITransformer>(parts[applied..]), made);
    }
}
