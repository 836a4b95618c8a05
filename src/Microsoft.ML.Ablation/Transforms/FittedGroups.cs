using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The groups that <c>Fit</c> has found, with what it saw of the column: in one whose slots stand in another order, they would be other attributes.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="SlotNames">The name of each slot, empty where it had none; none at all where that is not known, in models of older versions.</param>
/// <param name="DivideCategories">Whether they divided a category when they were found, as declared by the user.</param>
internal sealed record FittedGroups(FeatureGroup[] Groups, string[] SlotNames, bool DivideCategories)
{
    public static FittedGroups Of(FeatureGroup[] groups, DataViewSchema schema, DataViewSchema.Column column)
    {
        var annotations = SlotAnnotations.Of(schema, column);
        return new FittedGroups(groups, annotations.Names, annotations.DividedCategory(groups) is not null);
    }

    /// <exception cref="ArgumentOutOfRangeException">Slots have other names than when the groups were found, or a category is in several groups.</exception>
    public void Require(DataViewSchema schema, DataViewSchema.Column column)
    {
        var annotations = SlotAnnotations.Of(schema, column);
        foreach ((int slot, (string now, string then)) in annotations.Names.Zip(SlotNames).Index())
        {
            if (now.Length > 0 && then.Length > 0 && now != then)
            {
                throw new ArgumentOutOfRangeException(nameof(schema), $"Slot {slot} of column '{column.Name}' is named '{now}', but was named '{then}' when the attributes were "
                    + "fitted; concatenate the same columns in the same order, encoded by the same fitted transformers.");
            }
        }
        if (!DivideCategories && annotations.DividedCategory(Groups) is { } divided)
        {
            throw new ArgumentOutOfRangeException(nameof(schema), $"The model's groups contradict column '{column.Name}': {divided}. Certificates would be false; concatenate "
                + "the columns in the order that the groups were given for, or fit again.");
        }
    }

    /// <summary>Writes what follows the groups themselves, which older versions have too.</summary>
    public static void WriteColumn(BinaryWriter writer, FittedGroups? groups)
    {
        writer.Write(groups?.SlotNames.Length ?? 0);
        foreach (string name in groups?.SlotNames ?? [])
            writer.Write(name);
        writer.Write(groups?.DivideCategories ?? false);
    }

    /// <param name="reader">The reader.</param>
    /// <param name="groups">What was written before.</param>
    /// <exception cref="FormatException">They are not the names of these groups.</exception>
    public static FittedGroups? ReadColumn(BinaryReader reader, FeatureGroup[] groups)
    {
        int count = reader.ReadInt32();
        if (count != 0 && count != groups.Sum(group => group.Slots.Count))
            throw new FormatException($"The model file is damaged: it has {count} slot names for groups of {groups.Sum(group => group.Slots.Count)} slots.");
        string[] names = [.. Enumerable.Range(0, count).Select(_ => reader.ReadString())];
        bool divide = reader.ReadBoolean();
        return groups.Length == 0 ? null : new FittedGroups(groups, names, divide);
    }
}
