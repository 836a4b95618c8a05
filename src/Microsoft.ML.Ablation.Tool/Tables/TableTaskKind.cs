namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What a model of a table predicts, and from what.</summary>
internal enum TableTaskKind
{
    /// <summary>A number, from the other columns.</summary>
    Regression,

    /// <summary>A class, from the other columns.</summary>
    Classification,

    /// <summary>A class, from the words of a text.</summary>
    Text,
}
