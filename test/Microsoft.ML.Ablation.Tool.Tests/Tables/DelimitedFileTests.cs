using System.Text;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Tests.Tables;

/// <summary>Tables as files have them.</summary>
[TestClass]
public sealed class DelimitedFileTests
{
    [TestMethod]
    [DataRow("t.csv", "A,B\n1,2\n", "A|B;1|2")]
    [DataRow("t.csv", "\uFEFFA,B\r\n1,2\r\n\r\n3,4", "A|B;1|2;3|4")]
    [DataRow("t.csv", "A;B\n1,5;2\n", "A|B;1,5|2")]
    [DataRow("t.csv", "A\tB,C\tD\n1\t2\t3\n", "A|B,C|D;1|2|3")]
    [DataRow("t.csv", "\"A, a\",B\n\"say \"\"x\"\"\",\"\"\n", "A, a|B;say \"x\"|")]
    [DataRow("t.csv", "A,B\n\"two\nlines\",2\n", "A|B;two\nlines|2")]
    [DataRow("t.csv", "A,B\n5\" disk,\n", "A|B;5\" disk|")]
    [DataRow("t.tsv", "A\tB\n\"open\t1,2\n", "A|B;\"open|1,2")]
    [DataRow("t.tsv", "Only,one\nx\n", "Only,one;x")]
    [DataRow("t.txt", "A\n1\n\n", null)]
    [DataRow("t.txt", " A , B \n 1 , 2 \n", "A|B; 1 | 2 ")]
    public void Cells_are_what_stands_there(string name, string content, string? expected)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ablation-tables-").FullName, name);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        DelimitedTable table = DelimitedFile.Read(path);
        string read = string.Join(';', table.Rows.Select(row => row.Cells).Prepend([.. table.Names]).Select(cells => string.Join('|', cells)));
        Assert.AreEqual(expected ?? "A;1", read);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    [DataRow("1", 1f)]
    [DataRow(" -1.5e2 ", -150f)]
    [DataRow("+.5", 0.5f)]
    [DataRow("1,5", null)]
    [DataRow("1,000", null)]
    [DataRow("1e99", null)]
    [DataRow("0x1", null)]
    [DataRow("Infinity", null)]
    [DataRow("NaN", null)]
    [DataRow("(5)", null)]
    public void Numbers_are_the_same_on_every_machine(string cell, float? expected)
        => Assert.AreEqual(expected, TableNumber.TryRead(cell, out float value) ? value : null);

    [TestMethod]
    public void Missing_values_have_few_names()
    {
        foreach (string cell in new[] { "", "  ", "na", "NaN", "?", "null", "#N/A", "<NA>" })
            Assert.IsTrue(TableNumber.IsMissing(cell), cell);
        foreach (string cell in new[] { "0", "none", "-", "no" })
            Assert.IsFalse(TableNumber.IsMissing(cell), cell);
    }

    [TestMethod]
    public void Held_out_rows_are_the_same_each_time_and_leave_every_class_one_row()
    {
        TableRow[] rows = [.. Enumerable.Range(0, 50).Select(i => new TableRow(i, i + 2, [i < 2 ? "rare" : i % 2 == 0 ? "a" : "b"]))];
        var table = new DelimitedTable("t.csv", ',', ["Kind"], rows);
        (TableRow[] train, TableRow[] heldOut) = HeldOutRows.Divide(table, "Kind", seed: 1, share: 0.4);
        CollectionAssert.AreEqual(heldOut, HeldOutRows.Divide(table, "Kind", seed: 1, share: 0.4).HeldOut);
        CollectionAssert.AreEquivalent(rows, train.Concat(heldOut).ToArray());
        Assert.HasCount(18, heldOut);
        Assert.AreEqual(2, train.Count(row => row.Cells[0] == "rare"));
    }
}
