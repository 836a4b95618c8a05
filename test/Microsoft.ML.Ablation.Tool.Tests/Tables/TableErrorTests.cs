namespace Microsoft.ML.Ablation.Tool.Tests.Tables;

/// <summary>Whatever is wrong with a table or with what is said of it is told in one line: what was given, what is allowed, what to do.</summary>
[TestClass]
public sealed class TableErrorTests
{
    private static readonly string[] s_names = ["Size", "Kind", "Price"];

    private static string s_folder = "";

    [ClassInitialize]
    public static void Prepare(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-tables-").FullName;
        SmallTables.Write(s_folder, "good.csv", s_names, Rows(60));
        Trained("good.zip", "train", "--data", "good.csv", "--label", "Price", "--largest-radius", "1", "--out", "good.zip");
        Trained("classes.zip", "train", "--data", "good.csv", "--label", "Kind", "--out", "classes.zip");
        Trained("images.zip", "train", "--generated", "--train-rows", "100", "--epochs", "1", "--k", "150", "--out", "images.zip");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    [DataRow("", "'bad.csv' is empty; its first line must name the columns.")]
    [DataRow("\n\n", "'bad.csv' is empty; its first line must name the columns.")]
    [DataRow("Size,Kind,Price\n", "'bad.csv' has no row below the line that names its columns; give a table with rows.")]
    [DataRow("1,2,3\n4,5,6\n", "'bad.csv' begins with a row of numbers; its first line must name the columns.")]
    [DataRow("Size,Size,Price\n1,2,3\n", "'bad.csv' has two columns 'Size'; give each a name of its own in the first line.")]
    [DataRow("Size,Kind,Price\n1,a,3\n1,2\n", "'bad.csv', line 3: the row has 2 cells, but the first line names 3 columns; put a cell that holds the separator in quotation marks")]
    [DataRow("Size,Kind,Price\n1,\"a,3\n1,b,2\n", "'bad.csv', line 2: a cell begins with a quotation mark that is never closed; close it")]
    [DataRow("Size,Kind,Price\n1,\"a\"b,3\n", "'bad.csv', line 2: something follows a closing quotation mark; double the quotation marks within a cell.")]
    [DataRow("Size,Kind,Cost\n1,a,3\n", "--label is 'Price', but 'bad.csv' has no such column; its columns are 'Size', 'Kind', 'Cost'.")]
    [DataRow("Size,Kind,Price\n1,a,3\n1,b,\n2,b,4\n", "'bad.csv' has no value of the label 'Price' in 1 of 3 rows, the first in line 3; fill them in, or leave out these rows.")]
    [DataRow("Size,Kind,Price\n1,a,yes\n2,b,yes\n", "All rows of 'bad.csv' have the label 'yes'; there is nothing to learn. Give rows of two classes or more, or another --label.")]
    [DataRow("Size,Kind,Price\n1,a,yes\n2,b,no\n", "The label 'Price' has 2 different values in 2 rows, too many for classes; give another --label.")]
    [DataRow("Note,Price\nab,yes\ncd,no\nef,no\ngh,yes\n", "has no column to predict 'Price' from (ignored: Note, a text of 4 different values, more than a category has); give a table with numbers or categories, or --task text")]
    [DataRow("Features,Price\n1,yes\n2,no\n3,no\n4,yes\n", "'bad.csv' has a column 'Features', a name that the model needs for itself; give it another name, or --ignore it.")]
    public void A_table_that_is_none(string content, string told)
    {
        File.WriteAllText(Path.Combine(s_folder, "bad.csv"), content);
        Refused(told, "train", "--data", "bad.csv", "--label", "Price", "--out", "none.zip");
        Assert.IsFalse(File.Exists(Path.Combine(s_folder, "none.zip")));
    }

    [TestMethod]
    public void A_number_that_is_none()
    {
        string[][] rows = Rows(60);
        rows[41][0] = "12O";
        SmallTables.Write(s_folder, "bad.csv", s_names, rows);
        Refused("'bad.csv', line 43, column 'Size': '12O' is no number, but 59 of the column's 60 values are; numbers have a decimal point, as 1234.5, and a missing one is an empty cell or one of ?, NA, "
            + "N/A, #N/A, <NA>, NaN, null. Correct the column, or leave it out with --ignore 'Size'.", "train", "--data", "bad.csv", "--label", "Price");
        Refused("'bad.csv', line 43, column 'Size': '12O' is no number; numbers have a decimal point", "certify", "--model", "good.zip", "--data", "bad.csv");
        SmallTables.Write(s_folder, "bad.csv", s_names, Rows(60).Select(row => (string[])[row[0].Replace('.', ','), .. row[1..]]), ';');
        Refused("with decimal commas; numbers have a decimal point", "train", "--data", "bad.csv", "--label", "Price");
        rows = Rows(60);
        rows[3][2] = "cheap";
        SmallTables.Write(s_folder, "bad.csv", s_names, rows);
        Refused("'bad.csv', line 5, column 'Price': 'cheap' is no number, but 59 of the column's 60 values are;", "train", "--data", "bad.csv", "--label", "Price");
        Refused("line 5: the label 'Price' is 'cheap', but a regression needs numbers;", "train", "--data", "bad.csv", "--label", "Price", "--task", "Regression");
    }

    [TestMethod]
    public void A_table_that_does_not_fit_the_model()
    {
        SmallTables.Write(s_folder, "other.csv", ["Kind", "Price"], Rows(5).Select(row => row[1..]));
        Refused("'other.csv' has no column 'Size', which the model was trained on; its columns are 'Kind', 'Price'. Give a table with the columns of the training.",
            "certify", "--model", "good.zip", "--data", "other.csv");
        SmallTables.Write(s_folder, "other.csv", s_names, Rows(5).Select(row => (string[])[row[0], "z", row[2]]));
        Refused("The model has no class 'z'; its classes are 'a', 'b'. Correct the labels, or leave their column out.", "certify", "--model", "classes.zip", "--data", "other.csv");
        SmallTables.Write(s_folder, "other.csv", s_names, Rows(5).Select(row => (string[])[row[0], row[1], "NA"]));
        Refused("'other.csv', line 2: the label 'Price' has no value; fill it in, or leave the whole column out to certify rows whose labels are not known.",
            "certify", "--model", "good.zip", "--data", "other.csv");
        Refused("--skip is 60, but there are 60 rows; give less.", "certify", "--model", "good.zip", "--data", "good.csv", "--skip", "60");
    }

    [TestMethod]
    public void Models_of_images_and_of_tables_are_not_mixed_up()
    {
        Refused("'good.csv' is a table, but 'images.zip' is no model of tables: it takes 'Features' (Vector<Single, 1, 28, 28>), 'Label' (String), and of a table only numbers (Single) and texts are read",
            "certify", "--model", "images.zip", "--data", "good.csv");
        foreach (string[] line in (string[][])[["certify", "--model", "good.zip", "--data", "."], ["certify", "--model", "classes.zip", "--generated"], ["attack", "--model", "classes.zip", "--generated"]])
            Refused("zip' is a model of tables, which predicts ", line);
    }

    [TestMethod]
    public void Files_and_columns_that_are_not_there()
    {
        Refused("There is no table 'none.csv'; give --data the path of a file that ends in .csv or .tsv or .txt.", "train", "--data", "none.csv", "--label", "Price");
        Refused("There is no table 'none.tsv'", "certify", "--model", "good.zip", "--data", "none.tsv");
        Refused("There is no model file 'none.zip'", "certify", "--model", "none.zip", "--data", "good.csv");
        Refused("'good.csv' is a table; give --model", "certify", "--data", "good.csv");
        File.WriteAllText(Path.Combine(s_folder, "two.csv"), "Target,Size,class\na,1,b\nb,2,a\n");
        Refused("'two.csv' has several columns that may be predicted, 'Target', 'class'; name one with --label.", "train", "--data", "two.csv");
        Refused("'good.csv' is a table, so --label must name the column that is predicted: one of 'Size', 'Kind', 'Price'.", "train", "--data", "good.csv");
        Refused("--ignore is 'Id', but 'good.csv' has no such column; its columns are 'Size', 'Kind', 'Price'.", "train", "--data", "good.csv", "--label", "Price", "--ignore", "Id,Size");
        Refused("--text is 'Id', but 'good.csv' has no such column", "train", "--data", "good.csv", "--label", "Kind", "--text", "Id");
        Refused("'Price' is the --label, which is neither ignored nor read; leave it out of the other option.", "train", "--data", "good.csv", "--label", "Price", "--ignore", "Price");
        Refused("'good.csv' has no column of texts beside the label; name the one whose words are to be certified with --text.", "train", "--data", "good.csv", "--label", "Kind", "--task", "text");
        File.WriteAllBytes(Path.Combine(s_folder, "latin.csv"), [.. "Gr"u8, 0xF6, .. "sse,Price\n1,2\n"u8]);
        Refused("'latin.csv' is no text in UTF-8; save it as \"CSV UTF-8\".", "train", "--data", "latin.csv", "--label", "Price");
    }

    [TestMethod]
    [DataRow("--epochs is given, but 'good.csv' is a table, for which it has no meaning; leave it out. Options of tables are --label,", new[] { "train", "--data", "good.csv", "--label", "Price", "--epochs", "3" })]
    [DataRow("--bands is given, but", new[] { "train", "--data", "good.csv", "--label", "Price", "--bands", "3" })]
    [DataRow("--generated is given, but", new[] { "train", "--data", "good.csv", "--label", "Price", "--generated" })]
    [DataRow("--onnx is given, but", new[] { "certify", "--onnx", "x.onnx", "--data", "good.csv", "--k", "1" })]
    [DataRow("--label is for tables; give one as --data FILE, whose name ends in .csv or .tsv or .txt, or leave it out.", new[] { "train", "--generated", "--label", "Price" })]
    [DataRow("--largest-radius is for tables;", new[] { "certify", "--model", "images.zip", "--generated", "--largest-radius", "2" })]
    [DataRow("--k is 3, but 'good.csv' has 2 attributes; give a number from 1 to 2, or leave it out.", new[] { "train", "--data", "good.csv", "--label", "Price", "--k", "3" })]
    [DataRow("--masks is 3, but 'good.csv' has 2 attributes;", new[] { "train", "--data", "good.csv", "--label", "Price", "--masks", "3" })]
    [DataRow("--k and --masks are given, but a model has one kind of ablations;", new[] { "train", "--data", "good.csv", "--label", "Price", "--masks", "2", "--k", "1" })]
    [DataRow("--share is for the words of --task text, but the task is regression;", new[] { "train", "--data", "good.csv", "--label", "Price", "--share", "0.5" })]
    [DataRow("--k is given, but texts have different numbers of words; give --share", new[] { "train", "--data", "good.csv", "--label", "Kind", "--text", "Size", "--k", "1" })]
    [DataRow("--share and --masks are given,", new[] { "train", "--data", "good.csv", "--label", "Kind", "--text", "Size", "--share", "0.5", "--masks", "3" })]
    [DataRow("--text is for --task text, but the task is regression;", new[] { "train", "--data", "good.csv", "--label", "Price", "--text", "Kind", "--task", "Regression" })]
    [DataRow("--largest-radius is for regressions, but classes are predicted", new[] { "train", "--data", "good.csv", "--label", "Kind", "--largest-radius", "2" })]
    [DataRow("--rule is given, but it is for votes for classes, and numbers are predicted;", new[] { "train", "--data", "good.csv", "--label", "Price", "--rule", "Gap" })]
    [DataRow("--alpha is given, but there is no sampling with fixed masks", new[] { "train", "--data", "good.csv", "--label", "Price", "--masks", "2", "--alpha", "0.1" })]
    [DataRow("--uncertified-as-zero is for classes, but the model predicts numbers; leave it out.", new[] { "certify", "--model", "good.zip", "--data", "good.csv", "--uncertified-as-zero" })]
    [DataRow("give --held-out with them", new[] { "certify", "--model", "good.zip", "--data", "good.csv", "--seed", "2" })]
    [DataRow("--task is 'Ranking'; it must be one of Regression, Classification, Text.", new[] { "train", "--data", "good.csv", "--label", "Price", "--task", "Ranking" })]
    public void Options_that_make_no_sense(string told, string[] arguments) => Refused(told, arguments);

    private static string[][] Rows(int count) => [.. Enumerable.Range(0, count)
        .Select(i => (string[])[FormattableString.Invariant($"{i % 17 + 0.5}"), i % 17 < 8 ? "a" : "b", FormattableString.Invariant($"{100 + i % 17 * 10 + i % 3}")])];

    private static void Trained(string file, params string[] arguments)
    {
        ToolProcess run = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.IsTrue(File.Exists(Path.Combine(s_folder, file)));
    }

    private static void Refused(string told, params string[] arguments)
    {
        ToolProcess run = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(2, run.ExitCode, $"{string.Join(' ', arguments)}: {run.Error}");
        string line = run.Error.TrimEnd().Split('\n')[^1];
        StringAssert.StartsWith(line, "ablation: ");
        StringAssert.Contains(line, told);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.AreEqual("", run.Output);
    }
}
