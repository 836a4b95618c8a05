using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Finds the columns that slots were concatenated from, which are still in the data as a rule: names of columns may contain points themselves.</summary>
/// <param name="schema">The data.</param>
/// <param name="featureColumn">The index of the concatenated column.</param>
internal sealed class SourceColumns(DataViewSchema schema, int featureColumn)
{
    private readonly Dictionary<string, Dictionary<string, bool>> _slots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _numbers = [.. schema.Where(column => column.Type == NumberDataViewType.Single).Select(column => column.Name)];

    /// <summary>
    /// The column that a slot of this name was made from: of <c>Numbers.Age</c>, <c>Age</c> if both columns are there, because <c>Numbers</c> was concatenated
    /// itself; else <c>Numbers</c>. Null where no column has such a slot.
    /// </summary>
    public string? Find(string slotName) => Find(slotName, orNumber: true);

    /// <param name="slotName">The name.</param>
    /// <param name="orNumber">Whether it may be a column with a single number. The value of a category is not, whatever it is called.</param>
    private string? Find(string slotName, bool orNumber)
    {
        for (int point = slotName.IndexOf('.', StringComparison.Ordinal); point > 0; point = slotName.IndexOf('.', point + 1))
        {
            string column = slotName[..point], slot = slotName[(point + 1)..];
            if (SlotsOf(column).TryGetValue(slot, out bool isOfCategory))
                return Find(slot, orNumber: !isOfCategory) ?? column;
        }
        return orNumber && _numbers.Contains(slotName) ? slotName : null;
    }

    /// <summary>The slot names of a vector column, each with whether it is a value of a category.</summary>
    private Dictionary<string, bool> SlotsOf(string name)
    {
        if (_slots.TryGetValue(name, out Dictionary<string, bool>? slots))
            return slots;
        slots = new(StringComparer.Ordinal);
        // A column may have been replaced by another of its name since it was concatenated, and is hidden then.
        foreach (DataViewSchema.Column column in schema.Where(column => column.Name == name && column.Index != featureColumn
            && column.Type is VectorDataViewType { IsKnownSize: true }))
        {
            (int First, int Last)[] categories = SlotAnnotations.CategoriesOf(column);
            foreach ((int index, string slot) in SlotAnnotations.NamesOf(column).Index())
            {
                if (slot.Length > 0)
                    slots[slot] = slots.GetValueOrDefault(slot) || categories.Any(range => range.First <= index && index <= range.Last);
            }
        }
        return _slots[name] = slots;
    }
}
