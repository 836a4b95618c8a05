namespace Microsoft.ML.Ablation.Tool.Tests.Files;

[TestClass]
public sealed class MutatedCifarTests : MutatedFiles
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Cifar_files(bool gzip)
    {
        var random = new Random(10);
        var records = new byte[2 * 3073];
        random.NextBytes(records);
        (records[0], records[3073]) = (7, 2);
        byte[] file = gzip ? Gzip(records) : records;
        string path = Path.Combine(Folder, "records.bin");
        for (int i = 0; i < Count(100); i++)
        {
            byte[] changed = Mutations.Of(file, random);
            File.WriteAllBytes(path, changed);
            if (Outcome(path, () => Rows(Ml.Data.LoadCifar10Files(path)), $"{i}") is not { } rows)
                continue;
            byte[] content = Content(changed);
            Assert.AreEqual(0, content.Length % 3073);
            Assert.AreEqual(Text(content.Chunk(3073).Select(record => ($"{record[0]}", record[1..].Select(level => level / 255f)))), rows, $"change {i}");
        }
    }
}
