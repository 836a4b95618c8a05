namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What a column of a table is to the model. The names are in the files of models.</summary>
internal enum ColumnRole
{
    /// <summary>What is predicted.</summary>
    Label,

    /// <summary>An attribute that is a number.</summary>
    Number,

    /// <summary>An attribute that has one of few values.</summary>
    Category,

    /// <summary>The text whose words are ablated.</summary>
    Text,

    /// <summary>What the model takes, but no answer depends on.</summary>
    Unread,
}
