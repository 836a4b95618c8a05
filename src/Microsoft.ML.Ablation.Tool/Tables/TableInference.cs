namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Finds out what the columns of a table are, from all of its rows.</summary>
/// <param name="table">The table.</param>
/// <param name="request">What the user says of it.</param>
internal sealed class TableInference(DelimitedTable table, TableRequest request)
{
    /// <summary>The most values of a category, and at most half as many as rows.</summary>
    public const int MostCategories = 100;

    /// <summary>The most whole numbers that are taken for classes where no task is given, and the most values of a category most of which are numbers.</summary>
    public const int FewClasses = 10;

    private const int MostClasses = 1_000;

    private readonly List<TableColumn> _attributes = [];
    private readonly List<IgnoredColumn> _ignored = [];
    private readonly List<string> _remarks = [];

    /// <exception cref="ArgumentException">The table has not the columns that were asked for.</exception>
    /// <exception cref="InvalidDataException">The table cannot be learnt from.</exception>
    public TablePlan Run()
    {
        RequireNames();
        ColumnValues label = Values(request.Label);
        TableTaskKind kind = request.Task ?? (request.Text is not null ? TableTaskKind.Text : label.AreNumbers && !LooksLikeClasses(label) ? TableTaskKind.Regression
            : TableTaskKind.Classification);
        if (request.Text is not null && kind != TableTaskKind.Text)
            throw new ArgumentException($"--text is for --task text, but the task is {kind.ToString().ToLowerInvariant()}; leave one of them out.");
        RequireLabel(label, kind);
        if (kind == TableTaskKind.Text)
            FindText();
        else
            FindAttributes();
        bool isNumber = kind == TableTaskKind.Regression;
        RequireFreeNames();
        return new TablePlan(table, kind, new TableColumn(request.Label, ColumnRole.Label, isNumber), Describe(label, isNumber), _attributes, _ignored, _remarks);
    }

    private static bool LooksLikeClasses(ColumnValues label) => label.IsWhole && label.Distinct.Count <= FewClasses;

    private static string Describe(ColumnValues label, bool isNumber)
    {
        if (isNumber)
            return FormattableString.Invariant($"numbers from {label.Least} to {label.Most}");
        string[] classes = [.. label.Distinct.Order(StringComparer.Ordinal)];
        return FormattableString.Invariant($"{classes.Length} classes, {DelimitedTable.Listed(classes, 8)}");
    }

    private ColumnValues Values(string name) => new(table, table.IndexOf(name));

    /// <exception cref="ArgumentException">A name that was given is no column's.</exception>
    private void RequireNames()
    {
        foreach ((string option, string name) in request.Ignored.Select(name => ("--ignore", name)).Prepend(("--label", request.Label)).Append(("--text", request.Text ?? request.Label)))
        {
            if (table.IndexOf(name) < 0)
                throw new ArgumentException($"{option} is '{name}', but '{table.Path}' has no such column; its columns are {DelimitedTable.Listed([.. table.Names], 100)}.");
        }
        if (request.Ignored.Contains(request.Label) || request.Text == request.Label)
            throw new ArgumentException($"'{request.Label}' is the --label, which is neither ignored nor read; leave it out of the other option.");
        if (request.Text is { } text && request.Ignored.Contains(text))
            throw new ArgumentException($"'{text}' is given with --text and with --ignore; leave out one of them.");
    }

    /// <exception cref="InvalidDataException">It cannot be predicted.</exception>
    private void RequireLabel(ColumnValues label, TableTaskKind kind)
    {
        if (label.MissingLines.Count > 0)
        {
            throw new InvalidDataException(FormattableString.Invariant($"'{table.Path}' has no value of the label '{label.Name}' in {label.MissingLines.Count:N0} of {table.Rows.Count:N0} rows, ")
                + FormattableString.Invariant($"the first in line {label.MissingLines[0]}; fill them in, or leave out these rows."));
        }
        if (kind == TableTaskKind.Regression)
        {
            if (!label.AreNumbers)
            {
                throw new InvalidDataException(FormattableString.Invariant($"'{table.Path}', line {label.NoNumber!.Value.Line}: the label '{label.Name}' is '{label.NoNumber.Value.Cell}', ")
                    + $"but a regression needs numbers; {TableNumber.Allowed}. For classes give --task classification.");
            }
            if (label.Distinct.Count == 1)
                throw new InvalidDataException($"All rows of '{table.Path}' have the same label '{label.Name}', {label.Distinct.Single()}; there is nothing to learn. Give rows with others, or another --label.");
            return;
        }
        if (label.AreNearlyNumbers && label.Distinct.Count > FewClasses)
            throw new InvalidDataException(label.NumberProblem(table));
        string[] classes = ClassesOf();
        if (classes.Length == 1)
            throw new InvalidDataException($"All rows of '{table.Path}' have the label '{classes[0]}'; there is nothing to learn. Give rows of two classes or more, or another --label.");
        if (classes.Length > Math.Min(MostClasses, table.Rows.Count / 2))
        {
            throw new InvalidDataException(FormattableString.Invariant($"The label '{label.Name}' has {classes.Length:N0} different values in {table.Rows.Count:N0} rows, too many for classes; ")
                + $"{(label.AreNumbers ? "give --task regression, or another --label" : "give another --label")}.");
        }
        if (request.Task is null && label.AreNumbers && request.Text is null)
            _remarks.Add(FormattableString.Invariant($"The label has {classes.Length} different whole numbers, which are taken for classes; --task regression takes them for numbers."));
    }

    private string[] ClassesOf()
    {
        int index = table.IndexOf(request.Label);
        return [.. table.Rows.Select(row => row.Cells[index].Trim()).Distinct(StringComparer.Ordinal)];
    }

    private void FindText()
    {
        string[] candidates = [.. Others().Where(name => !request.Ignored.Contains(name) && IsText(Values(name)))];
        string text = request.Text ?? candidates switch
        {
            [var only] => only,
            [] => throw new InvalidDataException($"'{table.Path}' has no column of texts beside the label; name the one whose words are to be certified with --text."),
            _ => throw new InvalidDataException($"'{table.Path}' has several columns of texts, {DelimitedTable.Listed(candidates)}; name the one whose words are to be certified with --text."),
        };
        _attributes.Add(new TableColumn(text, ColumnRole.Text, IsNumber: false));
        _ignored.AddRange(Others().Where(name => name != text).Select(name => new IgnoredColumn(name, request.Ignored.Contains(name) ? "by --ignore" : "because the text alone is read")));

        bool IsText(ColumnValues values) => values.Count > 0 && !values.AreNumbers && values.Distinct.Count > MostCategoriesOf(values);
    }

    private void FindAttributes()
    {
        foreach (string name in Others())
        {
            if (request.Ignored.Contains(name))
                _ignored.Add(new IgnoredColumn(name, "by --ignore"));
            else
                Judge(Values(name));
        }
        if (table.Names.Any(name => name.Length == 0))
            _ignored.Add(new IgnoredColumn("a column", "because the first line does not name it"));
        if (_attributes.Count > 0)
            return;
        string why = string.Join("; ", _ignored.Select(column => $"{column.Name}, {column.Reason}"));
        throw new InvalidDataException($"'{table.Path}' has no column to predict '{request.Label}' from{(why.Length > 0 ? $" (ignored: {why})" : "")}; give a table with numbers or categories, "
            + "or --task text for the words of a text.");
    }

    private void Judge(ColumnValues values)
    {
        if (values.Count == 0)
        {
            _ignored.Add(new IgnoredColumn(values.Name, "because it is empty"));
        }
        else if (values.AreNumbers)
        {
            _attributes.Add(new TableColumn(values.Name, ColumnRole.Number, IsNumber: true));
            if (values.IsWhole && values.Distinct.Count == table.Rows.Count && table.Rows.Count > FewClasses)
                _remarks.Add($"'{values.Name}' is another whole number in every row, as numbers of rows are; --ignore '{values.Name}' leaves it out.");
        }
        else if (values.Distinct.Count > FewClasses && (values.AreNearlyNumbers || values.HaveDecimalCommas))
        {
            // A slip of the pen would make a category of hundreds of values of it, or nothing at all.
            throw new InvalidDataException($"{values.NumberProblem(table)} Correct the column, or leave it out with --ignore '{values.Name}'.");
        }
        else if (values.Distinct.Count <= MostCategoriesOf(values))
        {
            _attributes.Add(new TableColumn(values.Name, ColumnRole.Category, IsNumber: false));
        }
        else
        {
            _ignored.Add(new IgnoredColumn(values.Name, FormattableString.Invariant($"a text of {values.Distinct.Count:N0} different values, more than a category has")));
        }
    }

    private static int MostCategoriesOf(ColumnValues values) => Math.Min(MostCategories, values.Count / 2);

    private IEnumerable<string> Others() => table.Names.Where(name => name != request.Label && name.Length > 0);

    /// <summary>Names that the model's own columns have.</summary>
    /// <exception cref="InvalidDataException">A column that is read has one.</exception>
    private void RequireFreeNames()
    {
        string? taken = request.Label == TableTask.FeaturesName ? request.Label
            : _attributes.Select(column => column.Name).FirstOrDefault(name => name is TableTask.FeaturesName or TableTask.LabelName);
        if (taken is not null)
            throw new InvalidDataException($"'{table.Path}' has a column '{taken}', a name that the model needs for itself; give it another name{(taken == request.Label ? "" : ", or --ignore it")}.");
    }
}
