using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the random ablation transform.</summary>
public sealed record RandomAblationOptions : AblationOptions
{
    /// <summary>The number <c>k</c> of retained positions, from 1 to the number <c>d</c> of positions. Required.</summary>
    public required int RetainedCount { get; init; }

    /// <summary>Seed of the ablations that the view shows. Default (null): drawn from the <see cref="MLContext"/>.</summary>
    public int? Seed { get; init; }

    internal override void Validate()
    {
        if (RetainedCount < 1)
        {
            throw new ArgumentOutOfRangeException("k", RetainedCount,
                $"k is {RetainedCount}; k, the number of retained positions, must be at least 1.");
        }
        base.Validate();
    }

    /// <summary>The layout of a column under these options; k is checked against its positions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column does not fit, or k is larger than d.</exception>
    internal override FeatureLayout ResolveLayout(string columnName, DataViewType type, IReadOnlyList<FeatureGroup>? groups)
    {
        FeatureLayout layout = base.ResolveLayout(columnName, type, groups);
        if (RetainedCount > layout.Positions)
        {
            string slots = layout.IsGrouped ? $" (groups of its {layout.Shape.Values} slots)" : "";
            throw new ArgumentOutOfRangeException("k", RetainedCount, $"k is {RetainedCount}, but column '{columnName}' has "
                + $"{layout.Positions} positions{slots}; k must be from 1 to {layout.Positions}.");
        }
        return layout;
    }

    internal override void Write(BinaryWriter writer)
    {
        writer.Write(RetainedCount);
        base.Write(writer);
    }

    internal static RandomAblationOptions Read(BinaryReader reader) => Read(reader, new RandomAblationOptions { RetainedCount = reader.ReadInt32() });
}
