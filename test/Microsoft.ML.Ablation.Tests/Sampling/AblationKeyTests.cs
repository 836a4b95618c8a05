using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Sampling;

[TestClass]
public class AblationKeyTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(784)]
    [DataRow(1024)]
    [DataRow(1025)]
    [DataRow(150_528)]
    public void A_key_is_the_head_of_a_hash_over_seed_length_and_content(int length)
    {
        const ulong Seed = 0x0123456789ABCDEF;
        var random = new Random(length);
        var features = new float[length];
        foreach (ref float feature in features.AsSpan())
            feature = random.NextSingle() - 0.5f;

        var bytes = new byte[16 + 4 * length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Seed);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (ulong)length);
        for (int i = 0; i < length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(16 + 4 * i), features[i]);
        byte[] digest = SHA256.HashData(bytes);

        AblationKey key = AblationKey.Compute(Seed, features);

        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(digest), key.Key0);
        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(digest.AsSpan(4)), key.Key1);
        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(digest.AsSpan(8)), key.CounterWord);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(784)]
    [DataRow(1025)]
    public void Under_a_secret_seed_a_key_is_the_head_of_an_HMAC_over_label_length_and_content(int length)
    {
        byte[] secret = [.. Enumerable.Range(1, 32).Select(i => (byte)(7 * i))];
        float[] features = [.. Enumerable.Range(0, length).Select(i => i / 8f)];
        var bytes = new byte[29 + 8 + 4 * length];
        "Microsoft.ML.Ablation row key"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(29), (ulong)length);
        for (int i = 0; i < length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(37 + 4 * i), features[i]);
        byte[] digest = HMACSHA256.HashData(secret, bytes);

        AblationKey key = AblationKey.Compute(secret, features);

        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(digest), key.Key0);
        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(digest.AsSpan(4)), key.Key1);
        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(digest.AsSpan(8)), key.CounterWord);
        // A number of eight bytes is no secret seed of eight bytes, filled up or not.
        Assert.AreNotEqual(AblationKey.Compute(0, features), AblationKey.Compute(new byte[16], features));
    }

    [TestMethod]
    public void A_key_is_read_as_it_is_written()
    {
        AblationKey key = AblationKey.Compute(3, [1f, 2f]);
        Assert.AreEqual(key, AblationKey.Parse(key.ToString()));
        foreach (string text in (string[])["", key.ToString()[1..], key + "0", "x" + key.ToString()[1..], " " + key.ToString()[1..]])
            Assert.Throws<FormatException>(() => AblationKey.Parse(text));
    }

    [TestMethod]
    public void Rows_that_compare_equal_have_equal_keys()
    {
        // Long enough for the vector loop, the rest after it and a second piece.
        for (int position = 0; position < 1100; position += 7)
        {
            var row = new float[1100];
            AblationKey key = AblationKey.Compute(1, row);
            row[position] = -0f;
            Assert.AreEqual(key, AblationKey.Compute(1, row));

            row[position] = float.NaN;
            key = AblationKey.Compute(1, row);
            row[position] = BitConverter.UInt32BitsToSingle(0x7FC01234);
            Assert.AreEqual(key, AblationKey.Compute(1, row));
        }
    }

    [TestMethod]
    public void Another_seed_value_place_or_length_gives_another_key()
    {
        float[][] rows = [[], [0], [0, 0], [1, 0], [0, 1], [float.Epsilon, 0], [float.NaN, 0]];

        var keys = new HashSet<AblationKey>();
        foreach (float[] row in rows)
        {
            for (ulong seed = 0; seed < 3; seed++)
                Assert.IsTrue(keys.Add(AblationKey.Compute(seed, row)));
        }
    }

    [TestMethod]
    public void The_row_given_is_left_as_it_is_and_nothing_is_allocated()
    {
        float[] row = [-0f, 1, -0f, 2, -0f, 3, -0f, 4, -0f, 5, -0f, 6, -0f, 7, -0f, 8, -0f];
        AblationKey.Compute(1, row);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            AblationKey.Compute(1, row);

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsTrue(float.IsNegative(row[0]));
    }

    [TestMethod]
    public void Keys_that_differ_in_one_word_are_different()
    {
        var key = AblationKey.FromWords(1, 2, 3);
        Assert.IsTrue(key == AblationKey.FromWords(1, 2, 3));
        foreach (AblationKey other in new[] { AblationKey.FromWords(9, 2, 3), AblationKey.FromWords(1, 9, 3), AblationKey.FromWords(1, 2, 9) })
        {
            Assert.IsFalse(key.Equals(other), other.ToString());
            Assert.IsTrue(key != other, other.ToString());
        }
    }
}
