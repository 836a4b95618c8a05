using System.Buffers.Binary;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class ElfVersionNeedsTests
{
    private static readonly byte[] Library = CraftedLibrary.Build(["GLIBCXX_3.4.30", "GLIBCXX_3.4.32", "CXXABI_1.3"], ["libx.so", "X_1"]);

    [TestMethod]
    public void Reads_needed_and_defined_versions()
    {
        IReadOnlyList<ElfVersionNeed> needs = ElfVersionNeeds.Read(Library);
        CollectionAssert.AreEqual(new[] { "GLIBCXX_3.4.30", "GLIBCXX_3.4.32", "CXXABI_1.3" }, needs.Select(need => need.Tag).ToArray());
        Assert.IsTrue(needs.All(need => need.Library == "libstdc++.so.6" && !need.IsWeak));
        CollectionAssert.AreEquivalent(new[] { "libx.so", "X_1" }, ElfVersionDefinitions.Read(Library).ToArray());
    }

    [TestMethod]
    public void Weakening_changes_one_flag_and_nothing_else()
    {
        byte[] weakened = ElfVersionNeeds.Weaken(Library, "GLIBCXX_3.4.32");
        int[] changed = [.. Enumerable.Range(0, Library.Length).Where(i => weakened[i] != Library[i])];
        CollectionAssert.AreEqual(new[] { CraftedLibrary.NeedsOffset + 16 + 16 + 4 }, changed);
        Assert.AreEqual("GLIBCXX_3.4.32", ElfVersionNeeds.Read(weakened).Single(need => need.IsWeak).Tag);
    }

    [TestMethod]
    public void A_library_without_the_tag_or_with_a_weak_one_is_returned_as_it_is()
    {
        Assert.AreSame(Library, ElfVersionNeeds.Weaken(Library, "GLIBCXX_3.4.99"));
        byte[] weakened = ElfVersionNeeds.Weaken(Library, "GLIBCXX_3.4.32");
        Assert.AreSame(weakened, ElfVersionNeeds.Weaken(weakened, "GLIBCXX_3.4.32"));
    }

    [TestMethod]
    public void Every_cut_length_is_refused_or_read_without_leaving_the_file()
    {
        for (int length = 0; length < Library.Length; length++)
        {
            byte[] cut = Library[..length];
            Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Read(cut), $"length {length}");
        }
    }

    [TestMethod]
    public void Damaged_bytes_give_a_clear_exception_or_a_readable_file()
    {
        // Every single-byte damage: no other exception than InvalidDataException, and no endless loop.
        byte[] damaged = (byte[])Library.Clone();
        for (int i = 0; i < damaged.Length; i++)
        {
            foreach (byte value in (byte[])[0x00, 0x01, 0x7f, 0x80, 0xff])
            {
                damaged[i] = value;
                try
                {
                    ElfVersionNeeds.Read(damaged);
                    ElfVersionDefinitions.Read(damaged);
                }
                catch (InvalidDataException e)
                {
                    StringAssert.Contains(e.Message, "not a usable shared library");
                }
            }
            damaged[i] = Library[i];
        }
    }

    [TestMethod]
    public void Needs_that_point_back_at_themselves_end_in_an_exception()
    {
        byte[] loop = (byte[])Library.Clone();
        // The first entry's next: minus nothing, but a record count of 65,535 with entries that overlap.
        BinaryPrimitives.WriteUInt16LittleEndian(loop.AsSpan(CraftedLibrary.NeedsOffset + 2), ushort.MaxValue);
        for (int i = 0; i < 3; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(loop.AsSpan(CraftedLibrary.NeedsOffset + 16 + 16 * i + 12), 0xffff_fff0);
        Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Read(loop));
    }

    [TestMethod]
    [DataRow("not a library at all, only some text that is longer than a header, which has 64 bytes")]
    [DataRow("")]
    public void Other_files_are_refused(string content)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(content);
        Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Weaken(bytes, "GLIBCXX_3.4.32"));
    }

    [TestMethod]
    public void Thirty_two_bit_and_big_endian_libraries_are_refused()
    {
        foreach (int i in new[] { 4, 5 })
        {
            byte[] other = (byte[])Library.Clone();
            other[i] = (byte)(3 - other[i]);
            InvalidDataException e = Assert.ThrowsExactly<InvalidDataException>(() => ElfVersionNeeds.Read(other));
            StringAssert.Contains(e.Message, "64-bit little-endian");
        }
    }

    [TestMethod]
    public void The_real_library_needs_the_tag_and_is_repaired_by_one_byte()
    {
        string? path = NativeAssets.Find(LinuxTorchLoader.Binding, "linux-x64");
        if (path is null)
            Assert.Inconclusive("The native half of TorchSharp for Linux is not beside the tests on this system.");
        byte[] library = File.ReadAllBytes(path);
        byte[] repaired = ElfVersionNeeds.Weaken(library, LinuxTorchLoader.UnusedTag);
        Assert.AreEqual(1, Enumerable.Range(0, library.Length).Count(i => library[i] != repaired[i]));
        ElfVersionNeed[] strong = [.. ElfVersionNeeds.Read(repaired).Where(need => !need.IsWeak)];
        CollectionAssert.DoesNotContain(strong.Select(need => need.Tag).ToArray(), LinuxTorchLoader.UnusedTag);
        CollectionAssert.Contains(strong.Select(need => need.Tag).ToArray(), "GLIBCXX_3.4.30");
    }
}
