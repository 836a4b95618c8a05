using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Which slots of a table's feature column belong to one attribute. An attribute is one position, however many slots it fills: a number fills one, a
/// category that <c>OneHotEncoding</c> has encoded as many as there are values, a text as many as <c>FeaturizeText</c> gives it.
/// </summary>
/// <remarks>Every slot belongs to exactly one group. What is not known before the data is resolved by <c>Fit</c> and saved with the model.</remarks>
public sealed class FeatureGroups
{
    private readonly Func<DataViewSchema, DataViewSchema.Column, IEnumerable<FeatureGroup>> _resolve;

    private FeatureGroups(Func<DataViewSchema, DataViewSchema.Column, IEnumerable<FeatureGroup>> resolve) => _resolve = resolve;

    /// <summary>
    /// From the slot names that <c>Concatenate</c> gives: <c>Workclass.Private</c> and <c>Workclass.State-gov</c> are slots of <c>Workclass</c>, and a name
    /// without a point is an attribute by itself. Neighbouring slots whose names begin alike are one group.
    /// </summary>
    /// <remarks>Slots without names, as hashed columns have, are an error; use <see cref="OfColumns"/> for them.</remarks>
    public static FeatureGroups FromSlotNames { get; } = new(ByName);

    /// <summary>One group for each of the columns that were concatenated, in the order in which they were.</summary>
    /// <param name="columns">Their names, as given to <c>Concatenate</c>; the columns are still in the data when <c>Fit</c> is called.</param>
    public static FeatureGroups OfColumns(params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new((schema, _) => Consecutive(columns, columns.Select(name => SizeOf(schema, name))));
    }

    /// <summary>Groups of neighbouring slots, by their sizes.</summary>
    /// <param name="sizes">Slots of each group, at least 1; they add up to the slots of the column.</param>
    public static FeatureGroups OfSizes(params IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        for (int i = 0; i < sizes.Count; i++)
        {
            if (sizes[i] < 1)
                throw new ArgumentOutOfRangeException(nameof(sizes), sizes[i], $"Group {i} has {sizes[i]} slots; every group has at least one.");
        }
        return new((_, _) => Consecutive([.. sizes.Select((_, i) => $"Group{i}")], sizes));
    }

    /// <summary>Groups of any slots.</summary>
    /// <param name="groups">The groups; together they have every slot of the column once.</param>
    public static FeatureGroups Of(params IReadOnlyList<FeatureGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return new((_, _) => groups);
    }

    /// <summary>The groups of a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They leave slots out, or have some twice, or names are missing.</exception>
    internal FeatureGroup[] Resolve(DataViewSchema schema, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true, Size: int slots })
            throw new ArgumentOutOfRangeException(nameof(schema), $"Column '{column.Name}' has type {column.Type}, but groups need a vector of known size.");
        FeatureGroup[] groups = [.. _resolve(schema, column)];
        return WhyNot(groups, slots) is { } reason
            ? throw new ArgumentOutOfRangeException("groups", $"The groups do not fit column '{column.Name}': {reason}.")
            : groups;
    }

    /// <summary>Why groups are no partition of the slots; null when they are.</summary>
    private static string? WhyNot(IReadOnlyList<FeatureGroup> groups, int slots)
    {
        var owners = new string?[slots];
        foreach (FeatureGroup group in groups)
        {
            if (group.Slots.Count == 0)
                return $"group '{group.Name}' has no slots";
            foreach (int slot in group.Slots)
            {
                if (slot < 0 || slot >= slots)
                    return $"group '{group.Name}' has slot {slot}, but the column has slots 0 to {slots - 1}";
                if (owners[slot] is { } owner)
                    return $"slot {slot} is in group '{owner}' and in group '{group.Name}', but a slot is in one group only";
                owners[slot] = group.Name;
            }
        }
        int left = Array.IndexOf(owners, null);
        return left < 0
            ? null
            : $"slot {left} is in no group ({owners.Count(owner => owner is null)} of {slots} slots are left out); what is in no group could be changed by an "
                + "attacker and is not counted";
    }

    private static IEnumerable<FeatureGroup> Consecutive(IReadOnlyList<string> names, IEnumerable<int> sizes)
    {
        int first = 0;
        foreach ((int index, int size) in sizes.Index())
        {
            yield return new FeatureGroup(names[index], [.. Enumerable.Range(first, size)]);
            first += size;
        }
    }

    private static int SizeOf(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, "grouped", name);
        return column.Type switch
        {
            VectorDataViewType { IsKnownSize: true } vector => vector.Size,
            VectorDataViewType => throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' is a vector of unknown size; give it a size before "
                + "Concatenate."),
            _ => 1,
        };
    }

    private static IEnumerable<FeatureGroup> ByName(DataViewSchema schema, DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        string[] all = [.. names.DenseValues().Select(name => name.ToString())];
        int unnamed = all.Length == 0 ? 0 : Array.FindIndex(all, string.IsNullOrWhiteSpace);
        if (unnamed >= 0)
        {
            throw new ArgumentOutOfRangeException("groups", $"Column '{column.Name}' has no name for slot {unnamed}, so that groups cannot be told from names; name "
                + "the columns that were concatenated with FeatureGroups.OfColumns, or give sizes with FeatureGroups.OfSizes.");
        }
        for (int first = 0, end; first < all.Length; first = end)
        {
            string attribute = AttributeOf(all[first]);
            for (end = first + 1; end < all.Length && AttributeOf(all[end]) == attribute && all[end] != attribute;)
                end++;
            yield return new FeatureGroup(attribute, [.. Enumerable.Range(first, end - first)]);
        }
    }

    private static string AttributeOf(string slot)
    {
        int point = slot.IndexOf('.', StringComparison.Ordinal);
        return point <= 0 ? slot : slot[..point];
    }

    internal static void Write(BinaryWriter writer, IReadOnlyList<FeatureGroup> groups)
    {
        writer.Write(groups.Count);
        foreach (FeatureGroup group in groups)
        {
            writer.Write(group.Name);
            writer.Write(group.Slots.Count);
            foreach (int slot in group.Slots)
                writer.Write(slot);
        }
    }

    /// <exception cref="FormatException">They are no groups.</exception>
    internal static FeatureGroup[] Read(BinaryReader reader)
    {
        FeatureGroup[] groups =
        [
            .. Enumerable.Range(0, Count()).Select(_ => new FeatureGroup(reader.ReadString(), [.. Enumerable.Range(0, Count()).Select(_ => reader.ReadInt32())])),
        ];
        return WhyNot(groups, groups.Sum(group => group.Slots.Count)) is { } reason ? throw Damaged(reason) : groups;

        int Count() => reader.ReadInt32() is >= 0 and <= 1 << 24 and int count ? count : throw Damaged("the number of groups or of their slots is impossible");

        FormatException Damaged(string what) => new($"The model file is damaged: {what}.");
    }
}
