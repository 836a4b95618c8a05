namespace Microsoft.ML.Ablation.Tool.Help;

/// <summary>What options are about: the headings of the help, in their order.</summary>
internal enum HelpGroup
{
    /// <summary>Which rows are read.</summary>
    Data,

    /// <summary>How a table is understood.</summary>
    Table,

    /// <summary>Which model is used.</summary>
    Model,

    /// <summary>A classifier from an ONNX file in place of a model.</summary>
    Onnx,

    /// <summary>What is ablated, and how much.</summary>
    Ablation,

    /// <summary>How a network is trained.</summary>
    Training,

    /// <summary>How images are changed at random while a network is trained.</summary>
    Augmentation,

    /// <summary>Terms and numbers of the loss.</summary>
    Loss,

    /// <summary>How weights follow gradients.</summary>
    Optimizer,

    /// <summary>How votes are cast and become certificates.</summary>
    Votes,

    /// <summary>How a model is attacked.</summary>
    Attack,

    /// <summary>Work on other machines.</summary>
    Cluster,

    /// <summary>Where requests are answered, and how many at once.</summary>
    Service,

    /// <summary>What belongs to no other group.</summary>
    Other,

    /// <summary>What is written, and where.</summary>
    Output,
}
