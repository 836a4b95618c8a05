using System.Security.Cryptography;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Tests.Certifier;

[TestClass]
public sealed class SeedTests
{
    // Drawn once; neither is in a model's file by accident.
    private const int Number = 0x5AC3_91E7;

    private static readonly byte[] s_secret = Convert.FromHexString("9f1c0bd4e2a7386655c1f0937ab2de48c41e6a0d7f93b85526ea91307cd4fb12");

    /// <summary>What the commit before format 3 reported for the model in Models, whose certifier has the seed 20,261,126.</summary>
    private static readonly string[] s_ofFormat2 =
    [
        "1 False 0 4605225087419170988 80 1063395874,1039068911,0 16,4,0 53,7,0",
        "2 False 0 4606692956765967758 80 0,1065353216,0 0,20,0 0,60,0",
        "3 False 0 4606692956765967758 80 0,0,1065353216 0,0,20 0,0,60",
        "1 False 0 4606692956765967758 80 1065353216,0,0 20,0,0 60,0,0",
        "2 False 0 4606692956765967758 80 0,1065353216,0 0,20,0 0,60,0",
    ];

    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    private IDataView Test => Table.View(_ml, 5, seed: 2);

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("seed-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_model_of_the_format_before_loads_with_its_votes_and_is_saved_in_the_new_one()
    {
        ITransformer old = _ml.Model.Load(Path.Combine(AppContext.BaseDirectory, "Models", "certifier-format-2.zip"), out DataViewSchema schema);
        CollectionAssert.AreEqual(s_ofFormat2, old.Transform(Test).CertifiedText());
        CollectionAssert.AreEqual(s_ofFormat2, SavedAndLoaded(old, schema).Transform(Test).CertifiedText());
    }

    /// <summary>62 bits of the generator that the context's seed begins, as in every format before.</summary>
    [TestMethod]
    public void The_seed_of_a_context_gives_the_number_that_it_always_gave()
    {
        IHost host = ((IHostEnvironment)new MLContext(seed: 8)).Register("SmoothedCertifier");
        ulong expected = ((ulong)host.Rand.Next() << 31) | (uint)host.Rand.Next();
        ITransformer classifier = Certifier(_ml, FewVotes()).BaseModel;
        Assert.AreEqual($"{expected:x16}", Certifier(new MLContext(seed: 8), FewVotes(), classifier).Seed.ToString());
    }

    [TestMethod]
    public void A_context_without_a_seed_gives_secret_seeds_a_new_one_for_each_certifier()
    {
        var unseeded = new MLContext();
        AblationSeed[] seeds = [.. Enumerable.Range(0, 3).Select(_ => Certifier(unseeded, FewVotes()).Seed)];
        Assert.HasCount(3, seeds.Select(seed => seed.Fingerprint).Distinct());
        Assert.IsTrue(seeds.All(seed => seed.ToString().StartsWith("secret", StringComparison.Ordinal)));
        Assert.AreEqual("0000000000000007", Certifier(unseeded, FewVotes() with { Seed = 7 }).Seed.ToString());
        Assert.HasCount(16, Certifier(_ml, FewVotes()).Seed.ToString(), "a number, which can be repeated");
    }

    [TestMethod]
    public void A_secret_seed_decides_the_votes_and_is_saved_with_the_model()
    {
        SmoothedCertifierTransformer model = Certifier(_ml, FewVotes() with { SecretSeed = s_secret });
        string[] votes = model.Transform(Test).CertifiedText();
        CollectionAssert.AreEqual(votes, Certifier(new MLContext(), FewVotes() with { SecretSeed = s_secret }, model.BaseModel).Transform(Test).CertifiedText());
        CollectionAssert.AreEqual(votes, SavedAndLoaded(model, Test.Schema).Transform(Test).CertifiedText());
        byte[] other = [.. s_secret];
        other[^1] ^= 1;
        CollectionAssert.AreNotEqual(votes, model.WithOptions(FewVotes() with { SecretSeed = other }).Transform(Test).CertifiedText());
        CollectionAssert.AreNotEqual(votes, model.WithOptions(FewVotes() with { Seed = 1 }).Transform(Test).CertifiedText());
        // Changed after it was given, it is what it was.
        SmoothedCertifierTransformer kept = model.WithOptions(FewVotes() with { SecretSeed = other });
        string[] before = kept.Transform(Test).CertifiedText();
        other[0] ^= 1;
        CollectionAssert.AreEqual(before, kept.Transform(Test).CertifiedText());
    }

    [TestMethod]
    public void Options_keep_the_seed_of_a_certifier_unless_they_give_one_and_do_not_show_a_secret()
    {
        SmoothedCertifierTransformer model = Certifier(_ml, FewVotes() with { SecretSeed = s_secret });
        Assert.AreEqual(model.Seed.Fingerprint, model.WithOptions(SmoothedCertifierOptions.Paper).Seed.Fingerprint);
        Assert.AreEqual(model.Seed.Fingerprint, model.WithRetainedCount(2).Seed.Fingerprint);
        string text = $"{model.Options}{model.Seed}";
        Assert.DoesNotContain(Convert.ToHexStringLower(s_secret)[..8], text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(model.Seed.Fingerprint, text);
    }

    [TestMethod]
    public void Seeds_of_another_length_and_two_at_once_are_refused()
    {
        foreach (int length in (int[])[0, 4, 15, 65])
        {
            string message = Assert.Throws<ArgumentException>(() => Certifier(_ml, FewVotes() with { SecretSeed = new byte[length] })).Message;
            Assert.Contains($"SecretSeed has {length} bytes; it must have 16 to 64", message);
            Assert.Throws<ArgumentException>(() => AblationKey.Compute(new byte[length], [1f]));
        }
        Assert.Contains("both given", Assert.Throws<ArgumentException>(() => Certifier(_ml, FewVotes() with { SecretSeed = s_secret, Seed = 1 })).Message);
        foreach (int length in (int[])[16, 32, 64])
            Assert.IsTrue(Certifier(_ml, FewVotes() with { SecretSeed = RandomNumberGenerator.GetBytes(length) }).SavesSeed);
    }

    [TestMethod]
    public void A_model_without_its_seed_holds_it_in_no_form_and_votes_with_a_new_one()
    {
        IDataView train = Keyed();
        // The tool gives the ablation that training shows and the votes one number.
        IEstimator<ITransformer> chain = _ml.Transforms.RandomAblation(3, seed: Number)
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5));
        SmoothedCertifierTransformer numbered = _ml.Transforms.SmoothedCertifier(chain, FewVotes() with { Seed = Number }).Fit(train);
        SmoothedCertifierTransformer secret = numbered.WithOptions(FewVotes() with { SecretSeed = s_secret });
        Assert.IsNotEmpty(SeedTraces.Of(Number, Save(numbered)));
        Assert.IsNotEmpty(SeedTraces.Of(s_secret, Save(secret)));
        foreach (SmoothedCertifierTransformer model in new[] { numbered, secret })
        {
            string file = Save(model.WithoutSeed());
            Assert.IsEmpty(SeedTraces.Of(Number, file));
            Assert.IsEmpty(SeedTraces.Of(s_secret, file));
            var first = (SmoothedCertifierTransformer)_ml.Model.Load(file, out _);
            var second = (SmoothedCertifierTransformer)_ml.Model.Load(file, out _);
            Assert.AreNotEqual(first.Seed.Fingerprint, second.Seed.Fingerprint);
            Assert.AreNotEqual(model.Seed.Fingerprint, first.Seed.Fingerprint);
            CollectionAssert.AreNotEqual(Votes(first), Votes(second));
            // Saved again it still holds none; with the seed given it votes as before.
            var third = (SmoothedCertifierTransformer)_ml.Model.Load(Save(first), out _);
            Assert.IsFalse(third.SavesSeed);
            Assert.AreNotEqual(first.Seed.Fingerprint, third.Seed.Fingerprint);
            CollectionAssert.AreEqual(Votes(model), Votes(third.WithOptions(model.Options)));
        }
    }

    [TestMethod]
    public void What_is_stored_of_a_seed_is_read_back_and_nothing_else_is_taken()
    {
        foreach (AblationSeed seed in new[] { AblationSeed.OfNumber(ulong.MaxValue - 1), AblationSeed.OfSecret(s_secret), AblationSeed.Random() })
        {
            using var stream = new MemoryStream();
            seed.Write(new BinaryWriter(stream));
            byte[] stored = stream.ToArray();
            Assert.AreEqual(seed.Fingerprint, Read(stored)!.Fingerprint);
            Assert.Throws<Exception>(() => Read(stored[..^1]));
        }
        using var none = new MemoryStream();
        AblationSeed.WriteNone(new BinaryWriter(none));
        Assert.IsNull(Read(none.ToArray()));
        Assert.Throws<FormatException>(() => Read([3, 16, .. new byte[16]]));
        Assert.Throws<FormatException>(() => Read([2, 15, .. new byte[16]]));
        Assert.Throws<FormatException>(() => Read([2, 200, .. new byte[255]]));

        static AblationSeed? Read(byte[] stored) => AblationSeed.Read(new BinaryReader(new MemoryStream(stored)));
    }

    /// <summary>The fingerprint of a number is found by trying numbers, as the documents say, and is the same on every machine.</summary>
    [TestMethod]
    public void Fingerprints_tell_seeds_apart_and_are_no_keys_of_rows()
    {
        Assert.AreEqual(7, Enumerable.Range(0, 100).First(i => AblationSeed.OfNumber((ulong)i).Fingerprint == AblationSeed.OfNumber(7).Fingerprint));
        byte[] expected = HMACSHA256.HashData(s_secret, "Microsoft.ML.Ablation fingerprint of a seed"u8);
        Assert.AreEqual(Convert.ToHexStringLower(expected[..16]), AblationSeed.OfSecret(s_secret).Fingerprint);
        Assert.AreNotEqual(AblationSeed.OfSecret(s_secret).Fingerprint[..24], AblationSeed.OfSecret(s_secret).KeyOf([]).ToString());
    }

    private static SmoothedCertifierOptions FewVotes() => new() { Plan = SamplingPlan.Fixed(20, 60), ExactBudget = 0 };

    private static string[] Votes(SmoothedCertifierTransformer model)
    {
        IDataView rows = Table.View(new MLContext(seed: 1), 40, seed: 2);
        return [.. model.Transform(rows).Vectors<int>("Votes").Select(votes => string.Join(' ', votes))];
    }

    private IDataView Keyed()
    {
        IDataView train = Table.View(_ml, 60);
        return _ml.Transforms.Conversion.MapValueToKey("Label").Fit(train).Transform(train);
    }

    private SmoothedCertifierTransformer Certifier(MLContext ml, SmoothedCertifierOptions options, ITransformer? fitted = null) => fitted is null
        ? ml.Transforms.SmoothedCertifier(Table.Linear(_ml), options).Fit(Keyed())
        : ml.Transforms.SmoothedCertifier(fitted, options).Fit(Keyed());

    private string Save(ITransformer model)
    {
        string file = Path.Combine(_folder, $"{Guid.NewGuid():N}.zip");
        using FileStream stream = File.Create(file);
        _ml.Model.Save(model, Table.View(_ml, 1).Schema, stream);
        return file;
    }

    private ITransformer SavedAndLoaded(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        return new MLContext().Model.Load(stream, out _);
    }
}
