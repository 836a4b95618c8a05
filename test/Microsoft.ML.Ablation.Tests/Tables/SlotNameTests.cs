using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Tests.Tables;

/// <summary>Groups against what the column says itself: names of slots, and categories.</summary>
[TestClass]
public sealed class SlotNameTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _log = [];

    public SlotNameTests() => _ml.Log += (_, e) =>
    {
        if (e.Source == "RandomAblation; Groups" && e.Kind is (ChannelMessageKind.Info or ChannelMessageKind.Warning))
            _log.Add($"{e.Kind}: {e.RawMessage}");
    };

    private RandomAblationTransformer Fit(IDataView data, FeatureGroups? groups = null, int k = 1)
        => _ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, groups: groups, seed: 1).Fit(data);

    private IDataView Encode(params string[] columns)
        => Parcels.Encode(_ml, chain => chain.Append(_ml.Transforms.Concatenate("Features", columns)));

    private string GroupsOf(IDataView data, FeatureGroups? groups = null)
    {
        _log.Clear();
        return string.Join("; ", Fit(data, groups).Groups.Select(group => $"{group.Name} {string.Join(' ', group.Slots)}"));
    }

    private static string Refused(Action fit) => Assert.Throws<ArgumentException>(fit).Message;

    [TestMethod]
    public void Whatever_groups_are_given_they_are_refused_or_no_certified_row_flips()
    {
        var ways = new List<FeatureGroups?> { null, FeatureGroups.FromSlotNames };
        for (int turn = 0; turn < 5; turn++)
            ways.Add(FeatureGroups.OfColumns([.. Parcels.Attributes[turn..], .. Parcels.Attributes[..turn]]));
        ways.Add(FeatureGroups.OfColumns([.. Parcels.Attributes.Reverse()]));
        // All ways to cut seven slots into neighbours.
        for (int cuts = 0; cuts < 1 << 6; cuts++)
            ways.Add(FeatureGroups.OfSizes(Sizes(cuts)));
        ways.Add(FeatureGroups.Of(new FeatureGroup("Region", [0, 1, 2]), new FeatureGroup("AC", [3, 5]), new FeatureGroup("BD", [4, 6])));
        ways.Add(FeatureGroups.Of(new FeatureGroup("NorthA", [0, 3]), new FeatureGroup("Others", [1, 2]), new FeatureGroup("BCD", [4, 5, 6])));
        int refused = 0, certified = 0;
        foreach (FeatureGroups? groups in ways)
        {
            try
            {
                (int rows, int flipped) = Parcels.Attack(_ml, groups);
                Assert.AreEqual(0, flipped, $"of {rows} certified rows, way {ways.IndexOf(groups)}");
                certified += rows > 0 ? 1 : 0;
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }
        // OfColumns in five wrong orders, 48 of the 64 cuts, the last of Of.
        Assert.AreEqual(5 + 48 + 1, refused);
        Assert.IsGreaterThan(3, certified);
        // What the check is for: said to be right, the wrong order has certified rows that flip.
        Assert.IsGreaterThan(0, Parcels.Attack(_ml, FeatureGroups.EachSlot).Flipped);
        Assert.IsGreaterThan(0, Parcels.Attack(_ml, FeatureGroups.OfColumns("A", "B", "C", "D", "Region").WithoutSlotNameCheck()).Flipped);

        static int[] Sizes(int cuts)
        {
            var sizes = new List<int> { 1 };
            for (int slot = 0; slot < 6; slot++)
            {
                if ((cuts >> slot & 1) == 1)
                    sizes.Add(1);
                else
                    sizes[^1]++;
            }
            return [.. sizes];
        }
    }

    [TestMethod]
    public void Without_groups_a_table_has_those_of_its_names_and_the_log_says_so()
    {
        Assert.AreEqual("Region 0 1 2; A 3; B 4; C 5; D 6", GroupsOf(Parcels.View(_ml)));
        Assert.AreEqual("Info: The 7 slots of column 'Features' are 5 positions: Region (3 slots), A, B, C, D, by the names of the slots. If an attacker's changes are "
            + "others, give groups.", _log.Single());
        StringAssert.Contains(Refused(() => Fit(Parcels.View(_ml), k: 6)), "k is 6, but column 'Features' has 5 positions (groups of its 7 slots)");
        // Numbers alone stay as they are.
        Assert.AreEqual("", GroupsOf(Encode("A", "B", "C")));
        Assert.AreEqual("Info: Column 'Features' has 3 slots, and by their names each is an attribute and a position.", _log.Single());
        // Without names there is nothing to say, and pixels are positions.
        Assert.AreEqual("", GroupsOf(Table.View(_ml)));
        Assert.IsEmpty(_log);
    }

    [TestMethod]
    public void An_attribute_is_one_group_wherever_its_slots_stand()
    {
        foreach (FeatureGroups? groups in new[] { null, FeatureGroups.FromSlotNames })
        {
            Assert.AreEqual("Region 0 1 2 4 5 6; A 3 7; B 8", GroupsOf(Encode("Region", "A", "Region", "A", "B"), groups));
            // The names of columns that are still there may have points.
            IDataView rates = Parcels.Encode(_ml, chain => chain.Append(_ml.Transforms.CopyColumns("rate.1", "A")).Append(_ml.Transforms.CopyColumns("rate.2", "B"))
                .Append(_ml.Transforms.CopyColumns("of.region", "Region")).Append(_ml.Transforms.Concatenate("Features", "rate.1", "of.region", "rate.2")));
            Assert.AreEqual("rate.1 0; of.region 1 2 3; rate.2 4", GroupsOf(rates, groups));
            // When they are not, the first point ends the name: larger groups are weaker, not false.
            IDataView bare = _ml.Transforms.SelectColumns("Features").Fit(rates).Transform(rates);
            Assert.AreEqual("rate 0 4; of 1 2 3", GroupsOf(bare, groups));
            // Concatenated twice.
            IDataView twice = Parcels.Encode(_ml, chain => chain.Append(_ml.Transforms.Concatenate("Both", "A", "Region"))
                .Append(_ml.Transforms.Concatenate("Features", "Both", "B")));
            Assert.AreEqual("A 0; Region 1 2 3; B 4", GroupsOf(twice, groups));
        }
    }

    [TestMethod]
    public void A_category_is_one_group_also_without_names()
    {
        IDataView hashed = Parcels.Encode(_ml, chain => chain.Append(_ml.Transforms.Concatenate("Text", "Region"))
            .Append(_ml.Transforms.Conversion.Hash("Key", "A", numberOfBits: 2)).Append(_ml.Transforms.Conversion.MapKeyToVector("Key"))
            .Append(_ml.Transforms.Concatenate("Features", "Key", "B")));
        Assert.AreEqual("Slots 0 to 3 0 1 2 3; B 4", GroupsOf(hashed));
        StringAssert.Contains(Refused(() => Fit(hashed, FeatureGroups.OfColumns("B", "Key"))), "slot 0 has no name, but in this order it would be slot 0 of column 'B', 'B'");
        StringAssert.Contains(Refused(() => Fit(hashed, FeatureGroups.OfSizes(1, 1, 1, 1, 1))),
            "slots 0 to 3 are the values of one category, but slot 0 is in group 'Group0' and slot 1 in 'Group1'");
        // Alone, a category keeps the names of its values, which have no column's name in front.
        Assert.AreEqual("Slots 0 to 2 0 1 2", GroupsOf(Encode("Region")));
        // A category whose value is called like a column of numbers.
        IDataView named = Parcels.Encode(_ml, chain => chain
            .Append(_ml.Transforms.CustomMapping<Number, Question>((row, made) => made.Asked = row.A == 0 ? "A" : "B", contractName: null))
            .Append(_ml.Transforms.Categorical.OneHotEncoding("Asked")).Append(_ml.Transforms.Concatenate("Features", "Asked", "C"))
            .Append(_ml.Transforms.NormalizeMinMax("Features")));
        Assert.IsEmpty(SlotAnnotations.CategoriesOf(named.Schema["Features"]), "normalising forgets categories");
        Assert.AreEqual("Asked 0 1; C 2", GroupsOf(named));
        // An image has no categories.
        StringAssert.Contains(Refused(() => _ml.Transforms.RandomAblation(1, shape: new ImageShape(1, 1, 7)).Fit(Parcels.View(_ml))),
            "is declared an image, but holds a table: slots 0 to 2 are the values of one category");
    }

    private sealed class Number
    {
        public float A { get; set; }
    }

    private sealed class Question
    {
        public string Asked { get; set; } = "";
    }

    [TestMethod]
    public void Contradictions_are_refused_with_the_slot_and_the_way_out()
    {
        IDataView table = Parcels.View(_ml);
        string message = Refused(() => Fit(table, FeatureGroups.OfColumns("A", "B", "C", "D", "Region")));
        StringAssert.Contains(message, "The groups contradict column 'Features': slot 0 is named 'Region.north', but in this order it would be slot 0 of column 'A', 'A'; "
            + "name the columns in the order in which Concatenate was given them");
        StringAssert.Contains(message, "Leave the groups out to take those that the column tells");
        // Normalised, only names are left.
        IDataView normal = _ml.Transforms.NormalizeMinMax("Features").Fit(table).Transform(table);
        StringAssert.Contains(Refused(() => Fit(normal, FeatureGroups.OfSizes(2, 1, 1, 1, 1, 1))),
            "slot 0 ('Region.north') and slot 2 ('Region.east') are of one attribute 'Region' by their names, but are in the groups 'Group0' and 'Group1'");
        StringAssert.Contains(Refused(() => FeatureGroups.OfColumns("A", "A")), "Column 'A' is named twice");
        Assert.AreEqual(6, Fit(normal, FeatureGroups.OfSizes(2, 1, 1, 1, 1, 1).WithoutSlotNameCheck()).Groups.Count);
        StringAssert.StartsWith(_log[^1], "Warning: The groups contradict column 'Features': slot 0 ('Region.north')");
    }

    [TestMethod]
    public void Where_nothing_can_be_compared_the_log_warns()
    {
        IDataView unnamed = _ml.Data.LoadFromEnumerable(Parcels.All);
        unnamed = _ml.Transforms.Concatenate("Features", "Numbers", "A").Append(_ml.Transforms.CopyColumns("Bare", "Numbers")).Fit(unnamed).Transform(unnamed);
        // Neighbours without names could be anything: together they are weak, apart they could be false.
        Assert.AreEqual("Slots 0 to 2 0 1 2; A 3", GroupsOf(unnamed));
        StringAssert.Contains(_log.Single(), "Warning: ");
        StringAssert.Contains(_log.Single(), "Slots 0 to 2 have no names and are taken as one attribute");
        StringAssert.Contains(Refused(() => Fit(unnamed, FeatureGroups.FromSlotNames)), "has no name for slot 0");
        Assert.AreEqual("Numbers 0 1 2; A 3", GroupsOf(unnamed, FeatureGroups.OfColumns("Numbers", "A")));
        StringAssert.StartsWith(_log.Single(), "Info: ");
        Assert.AreEqual("", GroupsOf(unnamed, FeatureGroups.EachSlot));

        IDataView bare = _ml.Transforms.Concatenate("Features", "Bare", "Numbers").Fit(unnamed).Transform(unnamed);
        foreach (FeatureGroups groups in new[] { FeatureGroups.OfColumns("Bare", "Numbers"), FeatureGroups.OfSizes(3, 3),
            FeatureGroups.Of(new FeatureGroup("x", [0, 1, 2]), new FeatureGroup("y", [3, 4, 5])) })
        {
            GroupsOf(bare, groups);
            StringAssert.StartsWith(_log.Single(), "Warning: Nothing tells whether the groups fit column 'Features'");
            GroupsOf(bare, groups.WithoutSlotNameCheck());
            StringAssert.StartsWith(_log.Single(), "Info: ");
        }
    }

    [TestMethod]
    public void Names_that_all_begin_alike_tell_nothing_apart()
    {
        IDataView pixels = Parcels.Encode(_ml, chain => chain.Append(_ml.Transforms.CopyColumns("pixel.1", "A")).Append(_ml.Transforms.CopyColumns("pixel.2", "B"))
            .Append(_ml.Transforms.Concatenate("Features", "pixel.1", "pixel.2")).Append(_ml.Transforms.SelectColumns("Features")));
        Assert.AreEqual("", GroupsOf(pixels));
        StringAssert.StartsWith(_log.Single(), "Warning: The names of all 2 slots of column 'Features' begin with 'pixel', which does not tell attributes apart");
        Assert.AreEqual("", GroupsOf(pixels, FeatureGroups.EachSlot));
        Assert.IsEmpty(_log);
        Assert.AreEqual("Group0 0; Group1 1", GroupsOf(pixels, FeatureGroups.OfSizes(1, 1)));
        Assert.AreEqual("", GroupsOf(Parcels.View(_ml), FeatureGroups.EachSlot));
        StringAssert.StartsWith(_log.Single(), "Warning: The groups contradict column 'Features': slots 0 to 2 are the values of one category");
    }

    [TestMethod]
    public void Data_whose_slots_stand_otherwise_than_in_training_are_refused_also_by_a_loaded_model()
    {
        IDataView table = Parcels.View(_ml), turned = Encode("A", "B", "C", "D", "Region");
        RandomAblationTransformer ablation = Fit(table);
        using var stream = new MemoryStream();
        _ml.Model.Save(ablation, table.Schema, stream);
        ITransformer loaded = _ml.Model.Load(stream, out _);
        foreach (ITransformer model in new[] { ablation, loaded })
        {
            CollectionAssert.AreEqual(ablation.Transform(table).Vectors<float>("Features")[7], model.Transform(table).Vectors<float>("Features")[7]);
            StringAssert.Contains(Refused(() => model.Transform(turned)), "Slot 0 of column 'Features' is named 'A', but was named 'Region.north' when the attributes were fitted");
        }
        // Models that do not know the names yet know the categories.
        var old = new FittedGroups([.. ablation.Groups], SlotNames: [], DivideCategories: false);
        old.Require(table.Schema, table.Schema["Features"]);
        StringAssert.Contains(Refused(() => old.Require(turned.Schema, turned.Schema["Features"])), "slots 4 to 6 are the values of one category");
        // Said to be right in Fit, it is right afterwards too.
        Fit(table, FeatureGroups.OfColumns("A", "B", "C", "D", "Region").WithoutSlotNameCheck()).Transform(table);
    }

    [TestMethod]
    public void A_certifier_whose_positions_divide_an_attribute_says_so_also_when_loaded()
    {
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning && e.Source.EndsWith("; Plan", StringComparison.Ordinal))
                warnings.Add(e.RawMessage);
        };
        IDataView loans = Loans.View(_ml, 60, seed: 2);
        SmoothedCertifierTransformer model = Certify(FeatureGroups.EachSlot);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, loans.Schema, stream);
        _ml.Model.Load(stream, out _).Transform(loans);
        Assert.HasCount(2, warnings);
        Assert.AreEqual(warnings[0], warnings[1]);
        StringAssert.StartsWith(warnings[0], "Certificates count positions of column 'Features', and these are no attributes: slots 2 to 4 are the values of one category, but slot 2 "
            + "is in group 'Position 2' and slot 3 in 'Position 3'.");
        warnings.Clear();
        Certify(null);
        Assert.IsEmpty(warnings);

        SmoothedCertifierTransformer Certify(FeatureGroups? groups) => _ml.Transforms.SmoothedCertifier(
            _ml.Transforms.RandomAblation(1, encoding: AblationEncoding.Presence, groups: groups, seed: 1)
                .Append(_ml.BinaryClassification.Trainers.AveragedPerceptron(numberOfIterations: 1)), SmoothedCertifierOptions.Paper with { Seed = 1 }).Fit(loans);
    }
}
