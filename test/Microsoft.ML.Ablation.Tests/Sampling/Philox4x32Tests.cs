using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Sampling;

[TestClass]
public class Philox4x32Tests
{
    /// <summary>The known-answer vectors that the authors publish for philox4x32 with 10 rounds.</summary>
    [TestMethod]
    [DataRow("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [DataRow("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [DataRow("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void Blocks_agree_with_the_published_vectors(string counter, string key, string expected)
    {
        uint[] c = Words(counter);
        uint[] k = Words(key);

        Philox4x32.Block(ref c[0], ref c[1], ref c[2], ref c[3], k[0], k[1]);

        CollectionAssert.AreEqual(Words(expected), c);
    }

    private static uint[] Words(string text) => [.. text.Split(' ').Select(word => Convert.ToUInt32(word, 16))];
}
