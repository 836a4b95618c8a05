using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// What the annotations of a table's feature column tell of its slots: the names that <c>Concatenate</c> gives (<c>Column.Slot</c>, or the name of the column for
/// a single number), and the ranges into which <c>OneHotEncoding</c> puts the values of one category, hashed or not.
/// </summary>
internal sealed class SlotAnnotations
{
    private readonly SourceColumns _sources;

    private SlotAnnotations(DataViewSchema schema, DataViewSchema.Column column, string[] names, (int First, int Last)[] categories)
    {
        (Schema, ColumnName, Names, Categories) = (schema, column.Name, names, categories);
        _sources = new SourceColumns(schema, column.Index);
    }

    /// <summary>Reads the annotations of a vector column of known size.</summary>
    public static SlotAnnotations Of(DataViewSchema schema, DataViewSchema.Column column)
        => new(schema, column, NamesOf(column), CategoriesOf(column));

    public DataViewSchema Schema { get; }

    public string ColumnName { get; }

    /// <summary>The name of each slot, empty where it has none.</summary>
    public string[] Names { get; }

    /// <summary>The first and the last slot of each category.</summary>
    public (int First, int Last)[] Categories { get; }

    /// <summary>Whether there are no annotations to compare with.</summary>
    public bool AreEmpty => Categories.Length == 0 && Names.All(name => name.Length == 0);

    /// <summary>The name of each slot of a vector column of known size, empty where it has none.</summary>
    public static string[] NamesOf(DataViewSchema.Column column)
    {
        int slots = column.Type.GetVectorSize();
        if (!column.HasSlotNames(slots))
            return [.. Enumerable.Repeat("", slots)];
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => string.IsNullOrWhiteSpace(name.ToString()) ? "" : name.ToString())];
    }

    /// <summary>The first and the last slot of each category of a vector column.</summary>
    public static (int First, int Last)[] CategoriesOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.CategoricalSlotRanges)?.Type.RawType != typeof(VBuffer<int>))
            return [];
        VBuffer<int> ranges = default;
        column.Annotations.GetValue(AnnotationUtils.Kinds.CategoricalSlotRanges, ref ranges);
        int slots = column.Type.GetVectorSize();
        return
        [
            .. ranges.DenseValues().Chunk(2).Where(range => range.Length == 2 && range[0] >= 0 && range[0] <= range[1] && range[1] < slots)
                .Select(range => (range[0], range[1])),
        ];
    }

    /// <summary>
    /// The attributes of the column, in the order of their first slots; each slot is in one. Slots are joined that are values of one category, or whose names say
    /// that they come from one column, wherever they stand; and neighbours of which nothing is known.
    /// </summary>
    /// <param name="onlyKnown">Joins only what the ranges of categories or the columns of the data tell, not what names look like.</param>
    public SlotAttribute[] Attributes(bool onlyKnown = false)
    {
        var owners = new SlotSets(Names.Length);
        foreach ((int first, int last) in Categories)
        {
            for (int slot = first + 1; slot <= last; slot++)
                owners.Join(first, slot);
        }
        bool[] categorical = InCategory();
        var sources = new string?[Names.Length];
        var firstOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int slot = 0; slot < Names.Length; slot++)
        {
            if (Names[slot].Length > 0)
            {
                sources[slot] = _sources.Find(Names[slot]) ?? (onlyKnown ? Names[slot] : PrefixOf(Names[slot]));
                if (!firstOf.TryAdd(sources[slot]!, slot))
                    owners.Join(firstOf[sources[slot]!], slot);
            }
            else if (!onlyKnown && slot > 0 && IsUnknown(slot - 1) && IsUnknown(slot))
            {
                owners.Join(slot - 1, slot);
            }
        }
        return
        [
            .. Enumerable.Range(0, Names.Length).GroupBy(owners.Find).Select(group => (int[])[.. group])
                .Select(slots => new SlotAttribute(NameOf(slots, sources), slots, slots.All(IsUnknown))),
        ];

        bool IsUnknown(int slot) => Names[slot].Length == 0 && !categorical[slot];
    }

    /// <summary>In what groups contradict the annotations; null when they do not.</summary>
    /// <param name="groups">Groups, which have every slot once.</param>
    /// <param name="onlyKnown">Whether names that only look like those of one attribute are left out of account.</param>
    public string? Contradiction(IReadOnlyList<FeatureGroup> groups, bool onlyKnown)
    {
        if (DividedCategory(groups) is { } divided)
            return divided;
        int[] owners = OwnersOf(groups);
        SlotAttribute[] attributes = Attributes(onlyKnown);
        // Names that all begin alike, as of pixels, tell nothing apart.
        if (attributes.Length == 1 && !onlyKnown && Categories.Length == 0)
            return null;
        foreach (SlotAttribute attribute in attributes.Where(attribute => !attribute.IsGuess))
        {
            int first = attribute.Slots[0];
            foreach (int slot in attribute.Slots)
            {
                if (owners[slot] != owners[first])
                {
                    return $"{Described(first)} and {Described(slot)} are of one attribute '{attribute.Name}' by their names, but are in the groups "
                        + $"'{groups[owners[first]].Name}' and '{groups[owners[slot]].Name}'";
                }
            }
        }
        return null;

        string Described(int slot) => Names[slot].Length == 0 ? $"slot {slot}" : $"slot {slot} ('{Names[slot]}')";
    }

    /// <summary>A category whose values groups divide; null when there is none.</summary>
    public string? DividedCategory(IReadOnlyList<FeatureGroup> groups)
    {
        int[] owners = OwnersOf(groups);
        foreach ((int first, int last) in Categories)
        {
            for (int slot = first + 1; slot <= last; slot++)
            {
                if (owners[slot] != owners[first])
                {
                    return $"slots {first} to {last} are the values of one category, but slot {first} is in group '{groups[owners[first]].Name}' and slot {slot} in "
                        + $"'{groups[owners[slot]].Name}'";
                }
            }
        }
        return null;
    }

    /// <summary>What is wrong with the name of the first slot that is not called as it would be if the columns had been concatenated in this order; null for none.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="groups">The slots of each.</param>
    public string? Misplaced(IReadOnlyList<DataViewSchema.Column> columns, IReadOnlyList<FeatureGroup> groups)
    {
        if (Names.All(name => name.Length == 0))
            return null;
        foreach ((DataViewSchema.Column column, FeatureGroup group) in columns.Zip(groups))
        {
            string[]? own = column.Type is VectorDataViewType ? NamesOf(column) : null;
            foreach ((int index, int slot) in group.Slots.Index())
            {
                if (Fits(Names[slot], column.Name, own?[index]))
                    continue;
                string found = Names[slot].Length == 0 ? "has no name" : $"is named '{Names[slot]}'";
                string wanted = own is null ? $"'{column.Name}'" : own[index].Length == 0 ? "without a name" : $"'{column.Name}.{own[index]}'";
                return $"slot {slot} {found}, but in this order it would be slot {index} of column '{column.Name}', {wanted}";
            }
        }
        return null;

        // What was concatenated twice has the name of the column between in front; a vector that is alone keeps its own names.
        bool Fits(string name, string column, string? own) => own is null
            ? name == column || name.EndsWith($".{column}", StringComparison.Ordinal)
            : name.Length == 0
                ? own.Length == 0
                : name.StartsWith($"{column}.", StringComparison.Ordinal) || name.Contains($".{column}.", StringComparison.Ordinal) || columns.Count == 1 && name == own;
    }

    /// <summary>Whether groups of more than one slot meet between two slots of which nothing is known, so that nothing tells whether they are right.</summary>
    public bool IsUnverified(IReadOnlyList<FeatureGroup> groups)
    {
        if (groups.All(group => group.Slots.Count == 1))
            return false;
        int[] owners = OwnersOf(groups);
        bool[] categorical = InCategory();
        return Enumerable.Range(1, Math.Max(0, Names.Length - 1)).Any(slot => owners[slot - 1] != owners[slot]
            && Names[slot - 1].Length == 0 && Names[slot].Length == 0 && !categorical[slot - 1] && !categorical[slot]);
    }

    /// <summary>The index of the group of each slot.</summary>
    private int[] OwnersOf(IReadOnlyList<FeatureGroup> groups)
    {
        var owners = new int[Names.Length];
        foreach ((int index, FeatureGroup group) in groups.Index())
        {
            foreach (int slot in group.Slots)
                owners[slot] = index;
        }
        return owners;
    }

    private bool[] InCategory()
    {
        var categorical = new bool[Names.Length];
        foreach ((int first, int last) in Categories)
            Array.Fill(categorical, true, first, last - first + 1);
        return categorical;
    }

    private static string NameOf(int[] slots, string?[] sources)
    {
        string[] names = [.. slots.Select(slot => sources[slot]).OfType<string>().Distinct(StringComparer.Ordinal)];
        return names.Length == 1 ? names[0] : slots.Length == 1 ? $"Slot {slots[0]}" : $"Slots {slots[0]} to {slots[^1]}";
    }

    private static string PrefixOf(string name)
    {
        int point = name.IndexOf('.', StringComparison.Ordinal);
        return point <= 0 ? name : name[..point];
    }
}
