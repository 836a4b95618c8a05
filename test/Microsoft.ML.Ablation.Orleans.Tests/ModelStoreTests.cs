using System.Security.Cryptography;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Orleans.Worker;

namespace Microsoft.ML.Ablation.Orleans.Tests;

[TestClass]
public sealed class ModelStoreTests
{
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(10_000);
    private string _folder = "";
    private string _hash = "";

    [TestInitialize]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("ablation-store-").FullName;
        _hash = Convert.ToHexStringLower(SHA256.HashData(_content));
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private ModelStore Store(bool takesModels = true) => new(_folder, takesModels, largestMegabytes: 1);

    private IEnumerable<ModelPart> Parts(string hash, int size = 3_000)
    {
        var transfer = Guid.NewGuid();
        for (int offset = 0; offset < _content.Length; offset += size)
            yield return new ModelPart(hash, transfer, _content.Length, offset, _content[offset..Math.Min(offset + size, _content.Length)]);
    }

    [TestMethod]
    public void A_file_is_there_once_it_is_whole()
    {
        using ModelStore store = Store();
        Assert.IsNull(store.Find(_hash, out string? refusal));
        Assert.IsNull(refusal, "a client may send it");
        foreach (ModelPart part in Parts(_hash))
        {
            Assert.IsNull(store.Find(_hash, out _));
            Assert.IsNull(store.Put(part));
        }
        CollectionAssert.AreEqual(_content, File.ReadAllBytes(store.Find(_hash, out _)!));
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void A_file_of_another_content_is_not_kept()
    {
        string other = new('a', 64);
        using ModelStore store = Store();
        string?[] answers = [.. Parts(other).Select(store.Put)];
        Assert.Contains($"has the hash {_hash}, but {other} was announced", answers[^1]!);
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Parts_out_of_order_names_that_lead_elsewhere_and_files_that_are_too_large_are_refused()
    {
        using (ModelStore store = Store())
        {
            ModelPart[] parts = [.. Parts(_hash)];
            Assert.IsNull(store.Put(parts[0]));
            Assert.Contains("out of order", store.Put(parts[2])!);
            Assert.Contains("out of order", store.Put(parts[1] with { Transfer = Guid.NewGuid() })!);
            Assert.Contains("out of order", store.Put(parts[1] with { Length = 4_000 })!);
            Assert.IsNotNull(store.Put(parts[0] with { Model = "../" + _hash[3..] }));
            Assert.IsNotNull(store.Put(parts[0] with { Content = [] }));
            Assert.Contains("at most 1,048,576", store.Put(parts[0] with { Length = 2 << 20 })!);
            Assert.IsNull(store.Find("../../etc/passwd", out string? refusal));
            Assert.Contains("not a SHA-256", refusal!);
        }
        Assert.IsEmpty(Directory.GetFiles(_folder), "what was begun is gone with the store");
    }

    [TestMethod]
    public void A_folder_that_clients_may_not_fill_stays_as_it_is()
    {
        using ModelStore store = Store(takesModels: false);
        Assert.Contains("takes no models", store.Put(Parts(_hash).First())!);
        Assert.IsNull(store.Find(_hash, out string? refusal));
        Assert.Contains($"{_hash}.zip", refusal!);
    }

    [TestMethod]
    public void Rows_are_kept_within_their_limit_the_last_used_ones()
    {
        var cache = new RowCache(limit: 4 * 1_000);
        RowKey[] keys = [.. Enumerable.Range(0, 5).Select(i => new RowKey((uint)i, 0, 0))];
        float[] row = new float[250];
        foreach (RowKey key in keys[..4])
            Assert.AreSame(row, cache.Find(key, row, 250));
        Assert.IsNotNull(cache.Find(keys[0], null, 250));
        Assert.IsNotNull(cache.Find(keys[4], row, 250));
        Assert.IsNull(cache.Find(keys[1], null, 250), "the one used longest ago had to go");
        Assert.IsNotNull(cache.Find(keys[0], null, 250));
        Assert.IsNull(cache.Find(keys[0], null, 251), "a row of another size is not the row");
        Assert.HasCount(300_000, cache.Find(keys[1], new float[300_000], 300_000)!, "a single row may be larger");
    }
}
