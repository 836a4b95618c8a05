using System.Text;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>What families of masks and their certificates refuse, with what they say, and how families are stored.</summary>
[TestClass]
public sealed class MaskFamilyInputTests
{
    private static readonly MaskFamily s_bands = MaskFamily.Bands(4, 6, 2);

    private static MaskAnswers Answers(int count) => MaskAnswers.OfClasses(new int[count], 2);

    [TestMethod]
    public void Masks_that_are_none_are_named()
    {
        Refused("There are no masks", () => MaskFamily.Of(5, []));
        Refused("Mask 1 retains no position", () => MaskFamily.Of(5, [[0], []]));
        Refused("Mask 0 has position -1, but there are 5; positions are from 0 to 4.", () => MaskFamily.Of(5, [[-1, 2]]));
        Refused("Mask 1 has position 5, but there are 5", () => MaskFamily.Of(5, [[0], [1, 5]]));
        Refused("Mask 0 has position 3 twice", () => MaskFamily.Of(5, [[3, 1, 3]]));
        Assert.ThrowsExactly<ArgumentNullException>(() => MaskFamily.Of(5, null!));
        Refused("0", () => MaskFamily.Of(0, [[0]]));
        Refused("0", () => MaskFamily.Partition(0, 1, seed: 1));
        Assert.AreEqual(1, MaskFamily.Of(1, [[0]]).Count);
    }

    [TestMethod]
    public void Images_and_windows_that_do_not_fit_are_refused()
    {
        Refused("0 rows and 5 columns", () => MaskFamily.Partition(0, 5, 1, seed: 1));
        Refused("5 rows and 0 columns", () => MaskFamily.Bands(5, 0, 1));
        Refused("-1 rows and 3 columns", () => MaskFamily.Blocks(-1, 3, 1));
        Refused("direction is 7", () => MaskFamily.Bands(5, 5, 1, (BandDirection)7));
        Refused("7", () => MaskFamily.Bands(4, 6, 7, BandDirection.Columns));
        Refused("5", () => MaskFamily.Bands(4, 6, 5, BandDirection.Rows));
        Refused("5", () => MaskFamily.Bands(4, 6, 5));
        Refused("5", () => MaskFamily.Blocks(4, 6, 5));
        Assert.AreEqual(6, MaskFamily.Bands(4, 6, 6, BandDirection.Columns).Count);
        Assert.AreEqual(6, MaskFamily.Bands(6, 4, 6, BandDirection.Rows).Count);
        Assert.AreEqual(4, MaskFamily.Bands(6, 4, 4, BandDirection.Columns).Count);
        Assert.AreEqual(1, MaskFamily.Bands(1, 1, 1, BandDirection.Columns).Count);
    }

    [TestMethod]
    public void A_family_says_what_it_is()
    {
        Assert.AreEqual("10 masks of 8 to 12 of 24 positions", s_bands.ToString());
        Assert.AreEqual("3 masks of 2 of 6 positions", MaskFamily.Partition(6, 3, seed: 1).ToString());
        Assert.AreEqual(12, s_bands.LargestRetainedCount);
        Assert.IsFalse(s_bands.IsPartition);
        Assert.IsTrue(MaskFamily.Partition(6, 3, seed: 1).IsPartition);
        Assert.IsFalse(MaskFamily.Of(3, [[0], [1]]).IsPartition, "position 2 is in no mask");
        Assert.IsFalse(MaskFamily.Of(2, [[0], [0, 1]]).IsPartition);
        // Blocks begin at every pixel, row by row.
        int[][] first = [.. new[] { 0, 1, 6 }.Select(mask => MaskFamily.Blocks(4, 6, 2).Retained(mask).ToArray())];
        CollectionAssert.AreEqual(new[] { 0, 1, 6, 7 }, first[0]);
        CollectionAssert.AreEqual(new[] { 1, 2, 7, 8 }, first[1]);
        CollectionAssert.AreEqual(new[] { 6, 7, 12, 13 }, first[2]);
    }

    [TestMethod]
    public void A_stored_family_is_the_same_and_a_damaged_one_is_refused()
    {
        byte[] stored = Write(s_bands);
        MaskFamily read = Read(stored);
        Assert.AreEqual((s_bands.D, s_bands.Count), (read.D, read.Count));
        for (int n = 0; n < s_bands.Count; n++)
            CollectionAssert.AreEqual(s_bands.Retained(n).ToArray(), read.Retained(n).ToArray());
        CollectionAssert.AreEqual(stored, Write(read));
        // d, the number of masks and the size of the first come first.
        foreach ((int index, byte value, string what) in new (int, byte, string)[] { (0, 0, "0 positions"), (1, 0, "0 masks"), (2, 0, "0 positions in a mask"), (2, 25, "25 positions in a mask") })
        {
            byte[] damaged = [.. stored];
            damaged[index] = value;
            Assert.Contains($"The model file is damaged: it has {what}", Assert.ThrowsExactly<FormatException>(() => Read(damaged)).Message);
        }
        byte[] beyond = [.. stored];
        beyond[3] = 24; // A gap that leads out of the image.
        Assert.Contains("The model file is damaged: Mask 0 has position", Assert.ThrowsExactly<FormatException>(() => Read(beyond)).Message);

        static byte[] Write(MaskFamily family)
        {
            using var stream = new MemoryStream();
            using (var writer = new BinaryWriter(stream, Encoding.UTF8))
                family.Write(writer);
            return stream.ToArray();
        }

        static MaskFamily Read(byte[] bytes)
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            return MaskFamily.Read(reader);
        }
    }

    [TestMethod]
    public void Certificates_refuse_answers_and_images_of_something_else()
    {
        MaskAnswers good = Answers(10), few = Answers(9);
        Refused("There are answers to 9 masks, but the family has 10", () => MaskFamilyCertificate.Certify(s_bands, few));
        Refused("There are answers to 9 masks", () => MaskFamilyCertificate.CertifyPatch(s_bands, few, 4, 6));
        Refused("There are answers to 9 masks", () => MaskFamilyCertificate.Radius(s_bands, few, 0));
        Refused("There are answers to 9 masks", () => MaskFamilyCertificate.WithstandsPatch(s_bands, few, 0, 4, 6, 1, 1));
        Refused("The image has 5×6 positions, but the masks are of 24", () => MaskFamilyCertificate.CertifyPatch(s_bands, good, 5, 6));
        Refused("The image has 5×6 positions", () => MaskFamilyCertificate.WithstandsPatch(s_bands, good, 0, 5, 6, 1, 1));
        Refused("-4×-6", () => MaskFamilyCertificate.CertifyPatch(s_bands, good, -4, -6));
        Refused("patchHeight", () => MaskFamilyCertificate.WithstandsPatch(s_bands, good, 0, 4, 6, 5, 1));
        Refused("patchWidth", () => MaskFamilyCertificate.WithstandsPatch(s_bands, good, 0, 4, 6, 1, 7));
        Assert.ThrowsExactly<ArgumentNullException>(() => MaskFamilyCertificate.Certify(null!, good));
        Assert.ThrowsExactly<ArgumentNullException>(() => MaskFamilyCertificate.Certify(s_bands, null!));
        MaskFamily one = MaskFamily.Of(1, [[0]]);
        Assert.AreEqual(0, MaskFamilyCertificate.CertifyPatch(one, Answers(1), 1, 1).Radius);
        Refused("class 2 for mask 1; it must be from 0 to 1, or", () => MaskAnswers.OfClasses([0, 2], 2));
        Refused("mask 1", () => MaskAnswers.OfScores([0, 1, float.NaN, 1], 2));
    }

    [TestMethod]
    public void A_mask_votes_for_its_best_class_alone_or_for_all_that_reach_the_threshold()
    {
        float[] scores = [0.1f, 0.9f, 0.8f, 0.2f, 0.3f, 0.7f];
        MaskAnswers best = MaskAnswers.OfScores(scores, 2), several = MaskAnswers.OfScores(scores, 2, threshold: 0.25);
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 0, 0, 1 }, Votes(best));
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 0, 1, 1 }, Votes(several));
        CollectionAssert.AreEqual(new[] { 1, 2 }, best.Counts(Ballot.Plurality));
        CollectionAssert.AreEqual(new[] { 2, 2 }, several.Counts(Ballot.Plurality));

        static int[] Votes(MaskAnswers answers) => [.. Enumerable.Range(0, 6).Select(i => answers.Votes(i / 2, i % 2))];
    }

    [TestMethod]
    public void A_patch_is_no_larger_than_the_image_in_either_direction()
    {
        foreach ((int height, int width, int patchHeight, int patchWidth, int most) in new[] { (4, 6, 1, 1, 4), (6, 4, 1, 1, 4), (9, 9, 2, 3, 3), (9, 4, 2, 2, 2), (5, 9, 3, 1, 1) })
        {
            var attack = new PatchAttack(MaskFamily.Blocks(height, width, 1), (height, width), (patchHeight, patchWidth));
            Assert.AreEqual(most, attack.LargestSize);
        }
    }

    private static void Refused(string message, Action action) => Assert.Contains(message, Assert.Throws<ArgumentException>(action).Message);
}
