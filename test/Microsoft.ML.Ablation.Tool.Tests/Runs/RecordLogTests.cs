using System.Text;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tests.Runs;

[TestClass]
public sealed class RecordLogTests
{
    private static readonly string[] s_records = ["{\"a\":1}", "{\"text\":\"Ziffer é\"}", "{\"votes\":[7,9998,9,2]}"];

    private string _folder = "";

    private string File => Path.Combine(_folder, "rows.jsonl");

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("log-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_file_cut_at_any_byte_loses_the_record_that_was_cut_and_no_other()
    {
        Write(s_records);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int[] ends = [.. Enumerable.Range(0, whole.Length).Where(i => whole[i] == '\n').Select(i => i + 1)];
        Assert.HasCount(3, ends);
        for (int length = 0; length <= whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            int intact = ends.Count(end => end <= length);
            CollectionAssert.AreEqual(s_records[..intact], RecordLog.Read(File).ToArray(), $"cut at {length}");
            using (RecordLog log = RecordLog.Open(File, out IReadOnlyList<string> found))
            {
                CollectionAssert.AreEqual(s_records[..intact], found.ToArray(), $"cut at {length}");
                foreach (string record in s_records[intact..])
                    log.Append(record);
            }
            CollectionAssert.AreEqual(whole, System.IO.File.ReadAllBytes(File), $"cut at {length}");
        }
    }

    [TestMethod]
    public void Any_changed_byte_is_found()
    {
        Write(s_records);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x01;
            System.IO.File.WriteAllBytes(File, changed);
            StringAssert.Contains(Assert.Throws<InvalidDataException>(() => RecordLog.Read(File)).Message, $"'{File}' is damaged at byte", $"byte {at}");
            // Whoever goes on writing may write the last record again.
            if (at < lastLine - 1)
                Assert.Throws<InvalidDataException>(() => RecordLog.Open(File, out _));
            else
                Assert.HasCount(at == lastLine - 1 ? 1 : 2, Reopened());
        }
    }

    [TestMethod]
    public void A_full_disk_leaves_the_records_before_and_room_for_the_next_try()
    {
        var disk = new Disk { Room = 100 };
        using var log = new RecordLog("/results/rows.jsonl", disk);
        log.Append(s_records[0]);
        byte[] before = disk.ToArray();
        var exception = Assert.Throws<FileWriteException>(() => { while (true) log.Append(s_records[2]); });
        Assert.AreEqual("Cannot write '/results/rows.jsonl': the disk is full; make room and call again.", exception.Message);
        string after = Encoding.UTF8.GetString(disk.ToArray());
        StringAssert.StartsWith(after, Encoding.UTF8.GetString(before));
        StringAssert.EndsWith(after, "\"}\n");

        disk.Room = 1000;
        log.Append(s_records[1]);
        System.IO.File.WriteAllBytes(File, disk.ToArray());
        Assert.AreEqual(s_records[0], RecordLog.Read(File)[0]);
        Assert.AreEqual(s_records[1], RecordLog.Read(File)[^1]);
    }

    private IReadOnlyList<string> Reopened()
    {
        using RecordLog log = RecordLog.Open(File, out IReadOnlyList<string> found);
        return found;
    }

    private void Write(string[] records)
    {
        using RecordLog log = RecordLog.Open(File, out IReadOnlyList<string> found);
        Assert.IsEmpty(found);
        foreach (string record in records)
            log.Append(record);
    }

    /// <summary>Takes so many bytes, the first part of a write too.</summary>
    private sealed class Disk : MemoryStream
    {
        public int Room { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int fits = Math.Min(buffer.Length, Room - (int)Position);
            base.Write(buffer[..fits]);
            if (fits < buffer.Length)
                throw new IOException("No space left on device : '/results/rows.jsonl'", hresult: 28);
        }
    }
}
