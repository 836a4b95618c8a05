using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tests.Sampling;
using Microsoft.ML.Ablation.Tests.Support;

namespace Microsoft.ML.Ablation.Tests.Tables;

[TestClass]
public sealed class FeatureGroupTests
{
    private static readonly int[][] s_slots = [[0], [1], [2, 3, 4], [5], [6, 7], [8]];
    private readonly MLContext _ml = new(seed: 1);

    private RandomAblationTransformer Fit(FeatureGroups groups, int k = 2, AblationEncoding encoding = AblationEncoding.Missing)
        => _ml.Transforms.RandomAblation(k, encoding: encoding, groups: groups, seed: 4).Fit(Loans.View(_ml, 50, seed: 2));

    [TestMethod]
    public void Groups_come_from_names_columns_and_sizes()
    {
        foreach (FeatureGroups groups in new[]
        {
            FeatureGroups.FromSlotNames, FeatureGroups.OfColumns(Loans.Attributes), FeatureGroups.OfSizes(1, 1, 3, 1, 2, 1),
            FeatureGroups.Of([.. s_slots.Select((slots, i) => new FeatureGroup($"{i}", slots))]),
        })
        {
            IReadOnlyList<FeatureGroup> found = Fit(groups).Groups;
            Assert.HasCount(s_slots.Length, found);
            for (int i = 0; i < s_slots.Length; i++)
                CollectionAssert.AreEqual(s_slots[i], found[i].Slots.ToArray());
        }
        CollectionAssert.AreEqual(Loans.Attributes, Fit(FeatureGroups.FromSlotNames).Groups.Select(group => group.Name).ToArray());
        CollectionAssert.AreEqual(Loans.Attributes, Fit(FeatureGroups.OfColumns(Loans.Attributes)).Groups.Select(group => group.Name).ToArray());
    }

    [TestMethod]
    [DataRow(AblationEncoding.Missing)]
    [DataRow(AblationEncoding.Mean)]
    [DataRow(AblationEncoding.Complement)]
    [DataRow(AblationEncoding.Presence)]
    public void The_slots_of_a_group_stay_or_go_together(AblationEncoding encoding)
    {
        const int slots = 9;
        IDataView rows = Loans.View(_ml, 40, seed: 3);
        RandomAblationTransformer ablation = Fit(FeatureGroups.OfColumns(Loans.Attributes), k: 2, encoding);
        float[][] plain = rows.Vectors<float>("Features"), ablated = ablation.Transform(rows).Vectors<float>("Features");
        float[] means = [.. ablation.Means];
        Assert.HasCount(encoding == AblationEncoding.Mean ? slots : 0, means);
        for (int row = 0; row < plain.Length; row++)
        {
            float[] seen = ablated[row];
            Assert.HasCount(encoding switch { AblationEncoding.Complement => 18, AblationEncoding.Presence => 15, _ => 9 }, seen);
            int retained = 0;
            for (int group = 0; group < s_slots.Length; group++)
            {
                bool isKept = encoding switch
                {
                    AblationEncoding.Missing => !float.IsNaN(seen[s_slots[group][0]]),
                    AblationEncoding.Presence => seen[slots + group] == 1f,
                    AblationEncoding.Complement => seen[s_slots[group][0]] + seen[slots + s_slots[group][0]] > 0.5f,
                    _ => s_slots[group].All(slot => seen[slot] == plain[row][slot]),
                };
                retained += isKept ? 1 : 0;
                foreach (int slot in s_slots[group])
                {
                    float expected = isKept ? plain[row][slot] : encoding switch
                    {
                        AblationEncoding.Missing => float.NaN,
                        AblationEncoding.Mean => means[slot],
                        _ => 0f,
                    };
                    Assert.AreEqual(expected, seen[slot]);
                    if (encoding == AblationEncoding.Complement)
                        Assert.AreEqual(isKept ? 1f - plain[row][slot] : 0f, seen[slots + slot]);
                }
                if (encoding == AblationEncoding.Presence)
                    Assert.AreEqual(isKept ? 1f : 0f, seen[slots + group]);
            }
            Assert.AreEqual(2, retained);
        }
    }

    /// <summary>Each of the 15 pairs of 6 groups as often as any other, whatever their sizes; a false alarm has chance 1 in 1,000.</summary>
    [TestMethod]
    public void Groups_are_drawn_uniformly_whatever_their_sizes()
    {
        RandomAblationTransformer ablation = Fit(FeatureGroups.OfColumns(Loans.Attributes));
        IDataView many = _ml.Data.RepeatRows(Loans.View(_ml, 30, seed: 5), 100);
        var counts = new long[1 << s_slots.Length];
        foreach (float[] seen in ablation.Transform(many).Vectors<float>("Features"))
            counts[Enumerable.Range(0, s_slots.Length).Where(group => !float.IsNaN(seen[s_slots[group][0]])).Sum(group => 1 << group)]++;
        long[] pairs = [.. counts.Where((_, set) => int.PopCount(set) == 2)];
        Assert.AreEqual(3_000, pairs.Sum());
        double expected = 3_000.0 / pairs.Length;
        ChiSquare.AssertPlausible(pairs.Sum(count => (count - expected) * (count - expected) / expected), pairs.Length - 1);
    }

    [TestMethod]
    public void Certified_positions_are_groups_and_survive_saving()
    {
        IDataView train = Loans.View(_ml, 300, seed: 2), test = Loans.View(_ml, 20, seed: 3);
        SmoothedCertifierTransformer model = _ml.Transforms.SmoothedCertifier(
            _ml.Transforms.RandomAblation(3, encoding: AblationEncoding.Presence, groups: FeatureGroups.OfColumns(Loans.Attributes), seed: 1)
                .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 10)),
            SmoothedCertifierOptions.Paper with { Seed = 1, Threads = 2 }).Fit(train);
        Assert.AreEqual(6, model.CountPositions(test.Schema));
        Assert.IsTrue(model.Transform(test).Scalar<int>("SampleCount").All(count => count == 20), "C(6, 3) = 20");
        using var stream = new MemoryStream();
        _ml.Model.Save(model, train.Schema, stream);
        var loaded = (SmoothedCertifierTransformer)new MLContext().Model.Load(stream, out _);
        Assert.AreEqual(2, loaded.Options.Threads);
        CollectionAssert.AreEqual(model.Transform(test).CertifiedText(), loaded.Transform(test).CertifiedText());
        // What the groups were resolved from is not needed any more.
        IDataView bare = _ml.Transforms.SelectColumns("Features").Fit(test).Transform(test);
        CollectionAssert.AreEqual(model.Transform(test).CertifiedText(), loaded.Transform(bare).CertifiedText());
    }

    [TestMethod]
    public void Damaged_groups_of_a_model_file_are_refused()
    {
        FeatureGroup[] groups = [new FeatureGroup("a", [0, 2]), new FeatureGroup("b", [1])];
        using var file = new MemoryStream();
        FeatureGroups.Write(new BinaryWriter(file), groups);
        byte[] whole = file.ToArray();
        FeatureGroup[] read = FeatureGroups.Read(new BinaryReader(new MemoryStream(whole)));
        CollectionAssert.AreEqual(groups[0].Slots.ToArray(), read[0].Slots.ToArray());
        Assert.AreEqual("b", read[1].Name);
        // The last number is the slot of b: 0 is taken, and 3 does not exist.
        foreach ((byte slot, string message) in new[] { ((byte)0, "slot 0 is in group 'a' and in group 'b'"), ((byte)3, "has slot 3") })
        {
            byte[] damaged = [.. whole];
            damaged[^4] = slot;
            StringAssert.Contains(Assert.Throws<FormatException>(() => FeatureGroups.Read(new BinaryReader(new MemoryStream(damaged)))).Message, message);
        }
        byte[] negative = [.. whole];
        negative[3] = 0x80;
        StringAssert.Contains(Assert.Throws<FormatException>(() => FeatureGroups.Read(new BinaryReader(new MemoryStream(negative)))).Message, "is impossible");
    }

    [TestMethod]
    public void Groups_that_do_not_fit_are_told()
    {
        Refused("slot 2 is in group 'a' and in group 'b'", FeatureGroups.Of(new FeatureGroup("a", [0, 1, 2]), new FeatureGroup("b", [2, 3, 4, 5, 6, 7, 8])));
        Refused("slot 3 is in no group (1 of 9 slots are left out)", FeatureGroups.Of(new FeatureGroup("a", [0, 1, 2]), new FeatureGroup("b", [4, 5, 6, 7, 8])));
        Refused("slot 7 is in no group (2 of 9 slots", FeatureGroups.OfSizes(1, 1, 3, 1, 1));
        Refused("has slot 9, but the column has slots 0 to 8", FeatureGroups.OfSizes(1, 1, 3, 1, 2, 2));
        Refused("has no slots", FeatureGroups.Of(new FeatureGroup("a", []), new FeatureGroup("b", [.. Enumerable.Range(0, 9)])));
        Refused("There is no grouped column 'Colour'", FeatureGroups.OfColumns("Colour"));
        Refused("k is 7", FeatureGroups.OfColumns(Loans.Attributes), k: 7);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => FeatureGroups.OfSizes(2, 0)).Message, "Group 1 has 0 slots");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Transforms.RandomAblation(2, groups: FeatureGroups.FromSlotNames,
            shape: new ImageShape(1, 3, 3))).Message, "groups are for tables");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.Transforms.RandomAblation(2, groups: FeatureGroups.FromSlotNames)
            .Fit(Table.View(_ml))).Message, "has no name for slot 0");
        RandomAblationTransformer fitted = Fit(FeatureGroups.OfColumns(Loans.Attributes));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => fitted.Transform(Table.View(_ml))).Message, "has 6 slots, but the groups that were fitted have 9");

        void Refused(string message, FeatureGroups groups, int k = 2)
            => StringAssert.Contains(Assert.Throws<ArgumentException>(() => Fit(groups, k)).Message, message);
    }
}
