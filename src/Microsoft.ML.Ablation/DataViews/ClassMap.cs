using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Reads true classes as a model numbers them. Two keys of the same values need not have the same numbers: those of <c>MapValueToKey</c> follow the order in which
/// it met them. So classes are the same when their values are, written as text.
/// </summary>
/// <remarks>
/// Where a key has no values (<c>KeyValues</c>), there are only numbers to compare: the keys must have the same count then, and the log says so if the other one has
/// values. A row with a class that the model does not have is refused when it is read, like a row without a label; classes that no row has do no harm.
/// </remarks>
internal sealed class ClassMap
{
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _predicted;
    private readonly string[] _labelNames;
    private readonly string[] _classes;
    private readonly uint[]? _numbers;

    /// <param name="label">The true class.</param>
    /// <param name="predicted">The model's answer.</param>
    /// <param name="channels">Where the log is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The columns have no class in common, or nothing tells which are the same.</exception>
    public ClassMap(DataViewSchema.Column label, DataViewSchema.Column predicted, IChannelProvider channels)
    {
        (_label, _predicted) = (label, predicted);
        (_labelNames, _classes) = (ClassNames.Of(label), ClassNames.Of(predicted));
        if (ClassNames.AreKnown(label) && ClassNames.AreKnown(predicted))
        {
            _numbers = _labelNames.SequenceEqual(_classes) ? null : ByValue();
            return;
        }
        if (_labelNames.Length != _classes.Length)
        {
            throw Different($"is a key of {_labelNames.Length} values and '{predicted.Name}' of {_classes.Length}, and {Nameless()}; use keys of the same values, or with their values "
                + "(MapValueToKey)");
        }
        // Which number stands for True is known of a Boolean, but of a key only by its values.
        if (label.Type is BooleanDataViewType || predicted.Type is BooleanDataViewType)
            throw Different($"and '{predicted.Name}' are a Boolean and a key, and {Nameless()}; nothing tells which number stands for True. Use a key with its values (MapValueToKey)");
        if (ClassNames.AreKnown(label) == ClassNames.AreKnown(predicted))
            return;
        using IChannel channel = channels.Start("Classes");
        channel.Warning($"'{label.Name}' and '{predicted.Name}' are compared by their numbers, because {Nameless()}: they must have been numbered alike.");
    }

    /// <summary>The names of the model's classes, in their order.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>Reads the true class as the number that the model has for it, from 1 on.</summary>
    /// <param name="row">The row.</param>
    /// <param name="number">What the row is called in errors; null for its position.</param>
    /// <remarks>The getter throws an <see cref="ArgumentException"/> at a row without a label, or with a class that the model does not have.</remarks>
    public ValueGetter<uint> LabelGetter(DataViewRow row, Func<long>? number = null)
    {
        ValueGetter<uint> getLabel = ClassColumn.Getter(row, _label);
        return (ref uint label) =>
        {
            getLabel(ref label);
            if (label == 0)
                throw ClassColumn.MissingLabel(number?.Invoke() ?? row.Position, _label.Name);
            if (_numbers is null)
                return;
            uint mapped = _numbers[label - 1];
            label = mapped != 0
                ? mapped
                : throw ClassColumn.UnknownLabel(number?.Invoke() ?? row.Position, _label.Name, _labelNames[label - 1], _predicted.Name, _classes);
        };
    }

    /// <summary>Reads the model's answer as a number from 1 on, 0 where it is missing.</summary>
    /// <param name="row">The row.</param>
    /// <param name="abstained">The Boolean column that says where the answer counts as missing; null where the answer itself says so.</param>
    public ValueGetter<uint> AnswerGetter(DataViewRow row, DataViewSchema.Column? abstained)
    {
        ValueGetter<uint> getAnswer = ClassColumn.Getter(row, _predicted);
        if (abstained is null)
            return getAnswer;
        ValueGetter<bool> getAbstained = row.GetGetter<bool>(abstained.Value);
        bool abstains = false;
        return (ref uint answer) =>
        {
            getAbstained(ref abstains);
            if (abstains)
                answer = 0;
            else
                getAnswer(ref answer);
        };
    }

    /// <summary>The model's number for each label, from 1 on; 0 where it has none.</summary>
    private uint[] ByValue()
    {
        var numbers = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach ((int index, string name) in _classes.Index())
        {
            if (!numbers.TryAdd(name, (uint)index + 1))
                throw Different($"cannot be compared with '{_predicted.Name}', two of whose classes are called '{name}'");
        }
        uint[] mapped = [.. _labelNames.Select(name => numbers.GetValueOrDefault(name))];
        return mapped.Any(number => number != 0)
            ? mapped
            : throw Different($"has the classes {SchemaColumns.Listed(_labelNames)}, but '{_predicted.Name}' has {SchemaColumns.Listed(_classes)}, none of which is one of them; give "
                + "the labels that the model was trained on");
    }

    private string Nameless() => $"'{(ClassNames.AreKnown(_label) ? _predicted : _label).Name}' has no key values";

    private ArgumentOutOfRangeException Different(string what) => new("label", $"Column '{_label.Name}' {what}.");
}
