using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>An option that knows what it takes, and where help lists it.</summary>
internal interface IValueOption
{
    /// <summary>What the option takes.</summary>
    ValueKind Kind { get; }

    /// <summary>The heading under which help lists it.</summary>
    HelpGroup Group { get; set; }

    /// <summary>What the short help says of it, on a line with its name; null where only the whole help lists it.</summary>
    string? Summary { get; }
}
