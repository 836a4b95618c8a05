using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Which slots of a table's feature column belong to one attribute. An attribute is one position, however many slots it fills: a number fills one, a
/// category that <c>OneHotEncoding</c> has encoded as many as there are values, a text as many as <c>FeaturizeText</c> gives it.
/// </summary>
/// <remarks>
/// Every slot belongs to exactly one group. What is not known before the data is resolved by <c>Fit</c> and saved with the model. An attribute whose slots were in
/// several groups would be changed at once and counted several times, or not at all, and certificates would be false. So groups are compared with what the column
/// says itself, the slot names of <c>Concatenate</c> and the categories of <c>OneHotEncoding</c>: what contradicts them is refused, and where there is nothing to
/// compare the log says so. Columns that are made of the same attribute, as a number and its square are, belong to one group; no name tells that.
/// </remarks>
public sealed class FeatureGroups
{
    private readonly Func<SlotAnnotations, FeatureGroup[]> _resolve;
    private readonly Func<SlotAnnotations, FeatureGroup[], string?> _contradiction;
    private readonly bool _isChecked;

    private FeatureGroups(Func<SlotAnnotations, FeatureGroup[]> resolve, Func<SlotAnnotations, FeatureGroup[], string?> contradiction, bool isChecked = true)
    {
        _resolve = resolve;
        _contradiction = contradiction;
        _isChecked = isChecked;
    }

    /// <summary>
    /// From the names that <c>Concatenate</c> gives slots: <c>Workclass.Private</c> and <c>Workclass.State-gov</c> are slots of <c>Workclass</c>, wherever they stand,
    /// and a name without a point is an attribute of its own. Where columns with points in their names are in the data, they are found; where they are not, the name ends
    /// at the first point. The values of a category of <c>OneHotEncoding</c> are one attribute also without names. This is what happens when no groups are given.
    /// </summary>
    /// <remarks>Other slots without names, as of hashed texts, are an error; use <see cref="OfColumns"/> for them.</remarks>
    public static FeatureGroups FromSlotNames { get; } = new(ByName, AgainstNames);

    /// <summary>
    /// Every slot is a position: for an attacker who can write into single slots, such as the words of a text. Where slots are of one attribute, the log says that
    /// certificates do not count attributes.
    /// </summary>
    public static FeatureGroups EachSlot { get; } = new(
        annotations => [.. annotations.Names.Select((name, slot) => new FeatureGroup(name.Length == 0 ? $"Slot {slot}" : name, [slot]))], AgainstColumns, isChecked: false);

    /// <summary>One group for each of the columns that were concatenated, in the order in which they were.</summary>
    /// <param name="columns">Their names, as given to <c>Concatenate</c>; the columns are still in the data when <c>Fit</c> is called.</param>
    /// <remarks>Another order than that of the slot names is an error.</remarks>
    public static FeatureGroups OfColumns(params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Column '{twice.Key}' is named twice; its slots are one attribute, so give them as one group with FeatureGroups.Of.", nameof(columns));
        return new(
            annotations => Consecutive(columns, columns.Select(name => SizeOf(annotations.Schema, name))),
            (annotations, groups) => Order(annotations, groups) ?? AgainstColumns(annotations, groups));

        string? Order(SlotAnnotations annotations, FeatureGroup[] groups)
            => annotations.Misplaced([.. columns.Select(name => annotations.Schema[name])], groups) is { } misplaced
                ? $"{misplaced}; name the columns in the order in which Concatenate was given them"
                : null;
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
        return new(_ => Consecutive([.. sizes.Select((_, i) => $"Group{i}")], sizes), AgainstNames);
    }

    /// <summary>Groups of any slots.</summary>
    /// <param name="groups">The groups; together they have every slot of the column once.</param>
    public static FeatureGroups Of(params IReadOnlyList<FeatureGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return new(_ => [.. groups], AgainstNames);
    }

    /// <summary>
    /// The same groups, also against the slot names: for a column whose names look like those of one attribute and are several, as the columns <c>rate.1</c> and
    /// <c>rate.2</c>, or whose order you know although nothing tells it. A contradiction is logged then instead of refused.
    /// </summary>
    public FeatureGroups WithoutSlotNameCheck() => new(_resolve, _contradiction, isChecked: false);

    /// <summary>The groups of a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They leave slots out, or have some twice, or names are missing, or they contradict names.</exception>
    internal ResolvedGroups Resolve(DataViewSchema schema, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true, Size: int slots })
            throw new ArgumentOutOfRangeException(nameof(schema), $"Column '{column.Name}' has type {column.Type}, but groups need a vector of known size.");
        var annotations = SlotAnnotations.Of(schema, column);
        FeatureGroup[] groups = _resolve(annotations);
        if (WhyNot(groups, slots) is { } reason)
            throw new ArgumentOutOfRangeException("groups", $"The groups do not fit column '{column.Name}': {reason}.");
        // Single slots need no groups, and images stay images.
        FeatureGroup[]? kept = this == EachSlot ? null : groups;
        if (_contradiction(annotations, groups) is { } contradiction)
        {
            string what = $"The groups contradict column '{column.Name}': {contradiction}";
            return _isChecked
                ? throw new ArgumentOutOfRangeException("groups", $"{what}. An attacker who changes one attribute would change several positions, and certificates would be "
                    + "false. Leave the groups out to take those that the column tells, or, if you know better, say so with WithoutSlotNameCheck().")
                : new ResolvedGroups(kept, $"{what}. Certificates count groups, not attributes: an attacker who changes one attribute may change several.", IsWarning: true);
        }
        if (_isChecked && annotations.IsUnverified(groups))
        {
            return new ResolvedGroups(kept, $"Nothing tells whether the groups fit column '{column.Name}': where some of them meet, slots have neither names nor categories. If "
                + "their order or sizes are wrong, certificates are false; WithoutSlotNameCheck() says that you have made sure.", IsWarning: true);
        }
        return kept is null ? ResolvedGroups.None : new ResolvedGroups(kept, $"{ResolvedGroups.Counted(column.Name, slots, kept)}.", IsWarning: false);
    }

    private static string? AgainstNames(SlotAnnotations annotations, FeatureGroup[] groups) => annotations.Contradiction(groups, onlyKnown: false);

    private static string? AgainstColumns(SlotAnnotations annotations, FeatureGroup[] groups) => annotations.Contradiction(groups, onlyKnown: true);

    /// <summary>The groups of a column for which none were given: those that its annotations tell, or none where they tell nothing.</summary>
    internal static ResolvedGroups ResolveByDefault(DataViewSchema schema, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true, Size: int slots } vector)
            return ResolvedGroups.None;
        var annotations = SlotAnnotations.Of(schema, column);
        // More than one dimension has an image, of which names tell nothing; or a category of each element of a vector.
        if (annotations.AreEmpty || vector.Dimensions.Length > 1 && annotations.Categories.Length == 0)
            return ResolvedGroups.None;
        SlotAttribute[] attributes = annotations.Attributes();
        if (attributes.Length == slots)
            return new ResolvedGroups(null, $"Column '{column.Name}' has {slots} slots, and by their names each is an attribute and a position.", IsWarning: false);
        if (attributes is [{ Name: string only }] && annotations.Categories.Length == 0)
        {
            return new ResolvedGroups(null, $"The names of all {slots} slots of column '{column.Name}' begin with '{only}', which does not tell attributes apart: each is taken as an "
                + "attribute by itself. If they are one, give groups; if not, FeatureGroups.EachSlot says so.", IsWarning: true);
        }
        FeatureGroup[] groups = [.. attributes.Select(attribute => new FeatureGroup(attribute.Name, attribute.Slots))];
        string note = $"{ResolvedGroups.Counted(column.Name, slots, groups)}, by the names of the slots. If an attacker's changes are others, give groups.";
        SlotAttribute? guessed = Array.Find(attributes, attribute => attribute is { IsGuess: true, Slots.Length: > 1 });
        if (guessed is not null)
            note += $" {guessed.Name} have no names and are taken as one attribute, because nothing tells what they are.";
        return new ResolvedGroups(groups, note, IsWarning: guessed is not null);
    }

    /// <exception cref="ArgumentOutOfRangeException">The column has categories that the positions of the image divide.</exception>
    internal static void RequireImage(DataViewSchema schema, DataViewSchema.Column column, FeatureLayout layout)
    {
        var annotations = SlotAnnotations.Of(schema, column);
        if (annotations.Categories.Length == 0)
            return;
        if (annotations.DividedCategory(layout.ToGroups()) is { } contradiction)
        {
            throw new ArgumentOutOfRangeException("shape", $"Column '{column.Name}' is declared an image, but holds a table: {contradiction}. Leave out Shape and Layout.");
        }
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

    private static FeatureGroup[] Consecutive(IReadOnlyList<string> names, IEnumerable<int> sizes)
    {
        int first = 0;
        return [.. names.Zip(sizes, (name, size) => new FeatureGroup(name, [.. Enumerable.Range((first += size) - size, size)]))];
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

    private static FeatureGroup[] ByName(SlotAnnotations annotations)
    {
        SlotAttribute[] attributes = annotations.Attributes();
        if (Array.Find(attributes, attribute => attribute.IsGuess) is { } unnamed)
        {
            throw new ArgumentOutOfRangeException("groups", $"Column '{annotations.ColumnName}' has no name for slot {unnamed.Slots[0]}, so that groups cannot be told from names; "
                + "name the columns that were concatenated with FeatureGroups.OfColumns, or give sizes with FeatureGroups.OfSizes.");
        }
        return [.. attributes.Select(attribute => new FeatureGroup(attribute.Name, attribute.Slots))];
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
