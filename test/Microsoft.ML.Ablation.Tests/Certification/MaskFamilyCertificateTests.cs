using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>Certificates of mask families against every attack: all changed positions, and all answers to the masks that they meet.</summary>
[TestClass]
public sealed class MaskFamilyCertificateTests
{
    private const int Height = 2, Width = 3, D = Height * Width, Classes = 3;

    /// <summary>What three scores can be to a rule: every weak order.</summary>
    private static readonly float[][] s_scores =
    [
        .. from a in new[] { 0f, 1, 2 }
           from b in new[] { 0f, 1, 2 }
           from c in new[] { 0f, 1, 2 }
           where new[] { a, b, c }.Distinct().Count() == new[] { a, b, c }.Max() + 1
           select new[] { a, b, c },
    ];

    private static readonly MaskFamily[] s_families =
    [
        MaskFamily.Partition(Height, Width, 3, 1),
        MaskFamily.Partition(Height, Width, 5, 2),
        MaskFamily.Partition(D, 4, 3),
        MaskFamily.Bands(Height, Width, 1),
        MaskFamily.Bands(Height, Width, 2),
        MaskFamily.Blocks(Height, Width, 1),
        MaskFamily.Of(D, [[0, 1], [1, 2, 3], [4], [0, 5]]),
        MaskFamily.Of(D, [[0], [1], [0, 1], [2, 3, 4, 5], [2]]),
    ];

    private static readonly (CertificationRule Rule, int TopCount)[] s_rules =
    [
        (CertificationRule.Majority, 1),
        (CertificationRule.Bonferroni, 1),
        (CertificationRule.Gap, 1),
        (CertificationRule.Top, 1),
        (CertificationRule.Top, 2),
        (CertificationRule.Condorcet, 1),
    ];

    [TestMethod]
    public void No_attack_within_the_radius_takes_the_place_of_the_class()
    {
        (long attacks, int certified) = Attack(LongTests.AreWanted ? 900 : 15, seed: 1, beyond: 0, out long broken);
        Assert.AreEqual(0, broken);
        Assert.IsGreaterThan(LongTests.AreWanted ? 10_000_000 : 100_000, attacks);
        Assert.IsGreaterThan(50, certified);
    }

    /// <summary>Whoever counts one touched mask too few certifies one position too far.</summary>
    [TestMethod]
    public void One_position_further_is_false()
    {
        Attack(6, seed: 1, beyond: 1, out long broken);
        Assert.IsGreaterThan(100, broken);
    }

    [TestMethod]
    public void On_partitions_one_position_beyond_the_radius_an_attack_exists()
    {
        var random = new Random(5);
        int attacked = 0;
        foreach (MaskFamily family in s_families.Take(3))
        {
            foreach ((CertificationRule rule, int topCount) in s_rules.Where(rule => rule.TopCount == 1))
            {
                for (int trial = 0; trial < 30; trial++)
                {
                    float[][] scores = Draw(random, family);
                    CertifiedPrediction certified = MaskFamilyCertificate.Certify(family, Answers(scores, rule), rule, topCount);
                    // Majority gives up more than it has to where the votes of others are known.
                    if (certified.Radius is < 0 or >= D || rule == CertificationRule.Majority && Lead(scores, certified.SelectedClass) > 1)
                        continue;
                    Assert.IsTrue(Broken(family, scores, certified.SelectedClass, rule, topCount, Subsets(certified.Radius + 1), out _), $"{rule} {certified}");
                    attacked++;
                }
            }
        }
        Assert.IsGreaterThan(100, attacked);
    }

    /// <summary>Masks that vote for several classes, or for none: those whose scores reach a threshold.</summary>
    [TestMethod]
    public void With_a_threshold_no_attack_within_the_radius_takes_the_place_and_one_beyond_does()
    {
        var random = new Random(6);
        int certified = 0, beyond = 0;
        foreach (MaskFamily family in s_families)
        {
            foreach ((CertificationRule rule, int topCount) in s_rules.Where(rule => rule.Rule != CertificationRule.Majority))
            {
                for (int trial = 0; trial < (LongTests.AreWanted ? 100 : 8); trial++)
                {
                    float[][] scores = Draw(random, family);
                    double threshold = random.Next(3);
                    CertifiedPrediction answer = MaskFamilyCertificate.Certify(family, Answers(scores, rule, threshold), rule, topCount);
                    Assert.AreEqual(answer.Radius >= 0, HasPlace(scores, answer.SelectedClass, rule, topCount, threshold));
                    if (answer.Radius < 0)
                        continue;
                    Assert.IsFalse(Broken(family, scores, answer.SelectedClass, rule, topCount, Subsets(answer.Radius), out _, threshold), $"{rule} {answer}");
                    certified++;
                    if (answer.Radius < D && topCount == 1 && family.IsPartition)
                    {
                        Assert.IsTrue(Broken(family, scores, answer.SelectedClass, rule, topCount, Subsets(answer.Radius + 1), out _, threshold), $"{rule} {answer}");
                        beyond++;
                    }
                }
            }
        }
        Assert.IsGreaterThan(100, certified);
        Assert.IsGreaterThan(30, beyond);
        Assert.ThrowsExactly<ArgumentException>(() => MaskFamilyCertificate.Certify(s_families[0], MaskAnswers.OfScores(new float[3 * Classes], Classes, 0), CertificationRule.Majority));
    }

    [TestMethod]
    public void No_patch_takes_the_place_of_a_class_that_withstands_it()
    {
        var random = new Random(2);
        int withstood = 0, broken = 0;
        foreach (MaskFamily family in s_families)
        {
            foreach ((CertificationRule rule, int topCount) in s_rules)
            {
                for (int trial = 0; trial < 5; trial++)
                {
                    float[][] scores = Draw(random, family);
                    MaskAnswers answers = Answers(scores, rule);
                    int selected = MaskFamilyCertificate.Certify(family, answers, rule, topCount).SelectedClass;
                    foreach ((int rows, int columns) in new[] { (1, 1), (1, 2), (2, 1), (2, 2) })
                    {
                        bool breaks = Broken(family, scores, selected, rule, topCount, Patches(rows, columns), out _);
                        if (rows == columns)
                        {
                            int side = MaskFamilyCertificate.CertifyPatch(family, answers, Height, Width, rule, topCount).Radius;
                            Assert.AreEqual(side >= rows, MaskFamilyCertificate.WithstandsPatch(family, answers, selected, Height, Width, rows, columns, rule, topCount));
                        }
                        if (MaskFamilyCertificate.WithstandsPatch(family, answers, selected, Height, Width, rows, columns, rule, topCount))
                        {
                            Assert.IsFalse(breaks, $"{rule} {rows}×{columns}");
                            withstood++;
                        }
                        else if (rule is CertificationRule.Gap or CertificationRule.Condorcet)
                        {
                            Assert.IsTrue(breaks, $"{rule} {rows}×{columns}: the bound over all places is exact");
                            broken++;
                        }
                    }
                }
            }
        }
        Assert.IsGreaterThan(100, withstood);
        Assert.IsGreaterThan(100, broken);
    }

    /// <summary>Classifiers that are any function of what a mask shows, inputs of six binary pixels, and all inputs within the radius.</summary>
    [TestMethod]
    public void Every_input_within_the_radius_has_the_answer()
    {
        var random = new Random(3);
        long inputs = 0;
        foreach (MaskFamily family in s_families)
        {
            for (int classifier = 0; classifier < (LongTests.AreWanted ? 40 : 4); classifier++)
            {
                int favourite = random.Next(Classes);
                var tables = Enumerable.Range(0, family.Count).Select(_ => Enumerable.Range(0, 1 << D).Select(_ => Score(random, favourite)).ToArray()).ToArray();
                float[][] Scores(int x) => [.. Enumerable.Range(0, family.Count).Select(mask => tables[mask][Shown(family, mask, x)])];
                foreach ((CertificationRule rule, int topCount) in s_rules)
                {
                    for (int x = 0; x < 1 << D; x++)
                    {
                        CertifiedPrediction certified = MaskFamilyCertificate.Certify(family, Answers(Scores(x), rule), rule, topCount);
                        for (int other = 0; other < 1 << D; other++)
                        {
                            if (int.PopCount(x ^ other) > certified.Radius)
                                continue;
                            inputs++;
                            Assert.IsTrue(HasPlace(Scores(other), certified.SelectedClass, rule, topCount), $"{rule} {certified} {x} {other}");
                        }
                    }
                }
            }
        }
        Assert.IsGreaterThan(10_000, inputs);
    }

    [TestMethod]
    public void Known_certificates()
    {
        // 65 disjoint masks: 50 for class 1, 15 for class 0. Gap: 35 > 2ρ; Majority: 50 − ρ > 32.5.
        var family = MaskFamily.Partition(28, 28, 65, 1);
        var answers = MaskAnswers.OfClasses([.. Enumerable.Range(0, 65).Select(mask => mask < 50 ? 1 : 0)], 3);
        Assert.AreEqual(new CertifiedPrediction(1, 50 / 65.0, 17), MaskFamilyCertificate.Certify(family, answers));
        Assert.AreEqual(17, MaskFamilyCertificate.Radius(family, answers, 1, CertificationRule.Majority));
        Assert.AreEqual(-1, MaskFamilyCertificate.Radius(family, answers, 0));
        Assert.AreEqual(7, MaskFamilyCertificate.Radius(family, answers, 0, CertificationRule.Top, 2), "15 votes against none of class 2: a mask that goes over costs two");

        // A base classifier may have no answer; such a mask can only be won for another class.
        var some = MaskAnswers.OfClasses([.. Enumerable.Range(0, 65).Select(mask => mask < 20 ? 1 : MaskAnswers.None)], 3);
        Assert.AreEqual(9, MaskFamilyCertificate.Radius(family, some, 1));
        Assert.AreEqual(-1, MaskFamilyCertificate.Radius(family, some, 1, CertificationRule.Majority));

        // A band of 4 columns and a patch of 5: 8 of 28 masks.
        var bands = MaskFamily.Bands(28, 28, 4);
        var votes = MaskAnswers.OfClasses([.. Enumerable.Repeat(2, 28)], 10);
        Assert.IsTrue(MaskFamilyCertificate.WithstandsPatch(bands, votes, 2, 28, 28, 28, 10), "13 masks of 28");
        Assert.IsFalse(MaskFamilyCertificate.WithstandsPatch(bands, votes, 2, 28, 28, 1, 11), "14 masks, which is a tie");
    }

    [TestMethod]
    public void Ties_are_no_answer()
    {
        var family = MaskFamily.Partition(4, 2, 1);
        Assert.AreEqual(-1, MaskFamilyCertificate.Certify(family, MaskAnswers.OfClasses([0, 1], 2)).Radius);
        Assert.AreEqual(-1, MaskFamilyCertificate.Certify(family, MaskAnswers.OfClasses([-1, -1], 2)).Radius);
        Assert.AreEqual(-1, MaskFamilyCertificate.Certify(family, MaskAnswers.OfScores([1, 1, 1, 1], 2), CertificationRule.Condorcet).Radius);
        Assert.AreEqual(0, MaskFamilyCertificate.Certify(family, MaskAnswers.OfScores([1, 0, 1, 0], 2), CertificationRule.Condorcet).Radius);
        Assert.AreEqual(0, MaskFamilyCertificate.Certify(family, MaskAnswers.OfScores([1, 0, float.NaN, float.NaN], 2), CertificationRule.Condorcet).Radius, "one mask says nothing");
        Assert.AreEqual(0, MaskFamilyCertificate.Certify(family, MaskAnswers.OfClasses([1, -1], 2), CertificationRule.Condorcet).Radius, "a class is preferred to all others");
    }

    [TestMethod]
    public void What_is_no_family_or_answer_is_refused()
    {
        var family = MaskFamily.Partition(4, 2, 1);
        Refused("answers to 3 masks, but the family has 2", () => MaskFamilyCertificate.Certify(family, MaskAnswers.OfClasses([0, 1, 1], 2)));
        Refused("class 2 for mask 1", () => MaskAnswers.OfClasses([0, 2], 2));
        Refused("classes is 1", () => MaskAnswers.OfClasses([0, 0], 1));
        Refused("NaN for some classes of mask 0", () => MaskAnswers.OfScores([0, float.NaN], 2));
        Refused("no multiple of 2 classes", () => MaskAnswers.OfScores([0, 1, 2], 2));
        Refused("is empty", () => MaskAnswers.OfScores([], 2));
        Refused("topCount is 2", () => MaskFamilyCertificate.Certify(family, MaskAnswers.OfClasses([0, 1], 2), CertificationRule.Top, 2));
        Refused("fixedClass is 2", () => MaskFamilyCertificate.Radius(family, MaskAnswers.OfClasses([0, 1], 2), 2));
        Refused("3×2 positions, but the masks are of 4", () => MaskFamilyCertificate.WithstandsPatch(family, MaskAnswers.OfClasses([0, 1], 2), 0, 3, 2, 1, 1));
        Refused("patchWidth is 3", () => MaskFamilyCertificate.WithstandsPatch(family, MaskAnswers.OfClasses([0, 1], 2), 0, 2, 2, 1, 3));

        static void Refused(string message, Action act) => StringAssert.Contains(Assert.Throws<ArgumentException>(act).Message, message);
    }

    /// <summary>Draws answers, certifies them, and tries every attack within the radius, or so many positions beyond.</summary>
    private static (long Attacks, int Certified) Attack(int trials, int seed, int beyond, out long broken)
    {
        var random = new Random(seed);
        (long attacks, int certified) = (0, 0);
        broken = 0;
        foreach (MaskFamily family in s_families)
        {
            foreach ((CertificationRule rule, int topCount) in s_rules)
            {
                for (int trial = 0; trial < trials; trial++)
                {
                    float[][] scores = Draw(random, family);
                    CertifiedPrediction answer = MaskFamilyCertificate.Certify(family, Answers(scores, rule), rule, topCount);
                    if (answer.Radius < 0)
                        continue;
                    certified++;
                    broken += Broken(family, scores, answer.SelectedClass, rule, topCount, Subsets(answer.Radius + beyond), out long tried) ? 1 : 0;
                    attacks += tried;
                }
            }
        }
        return (attacks, certified);
    }

    /// <summary>Whether one of the sets of changed positions lets a base classifier take the place of the class: it may answer anything to the masks that are met.</summary>
    private static bool Broken(MaskFamily family, float[][] scores, int fixedClass, CertificationRule rule, int topCount, IEnumerable<int> changed, out long tried,
        double? threshold = null)
    {
        tried = 0;
        foreach (int positions in changed)
        {
            int[] met = [.. Enumerable.Range(0, family.Count).Where(mask => family.Retained(mask).ToArray().Any(position => (positions >> position & 1) != 0))];
            var attacked = (float[][])scores.Clone();
            for (long number = 0, all = (long)Math.Pow(s_scores.Length, met.Length); number < all; number++)
            {
                long rest = number;
                foreach (int mask in met)
                {
                    attacked[mask] = s_scores[rest % s_scores.Length];
                    rest /= s_scores.Length;
                }
                tried++;
                if (!HasPlace(attacked, fixedClass, rule, topCount, threshold))
                    return true;
                // Where many masks are met, some of all answers: a thousand, spread over them, and those that favour one class alone.
                if (all > 3_000)
                    number += all / 1_000;
            }
            foreach (float[] same in s_scores)
            {
                foreach (int mask in met)
                    attacked[mask] = same;
                tried++;
                if (!HasPlace(attacked, fixedClass, rule, topCount, threshold))
                    return true;
            }
        }
        return false;
    }

    /// <summary>The rules, written anew: the only class with most votes, one of fewer than m others with as many, the winner of every contest.</summary>
    private static bool HasPlace(float[][] scores, int fixedClass, CertificationRule rule, int topCount, double? threshold = null)
    {
        bool Wins(float[] mask, int one, int other) => mask[one] > mask[other] && mask[one] >= (threshold ?? double.NegativeInfinity);
        if (rule == CertificationRule.Condorcet)
        {
            return Enumerable.Range(0, Classes).All(other => other == fixedClass
                || scores.Count(mask => Wins(mask, fixedClass, other)) > scores.Count(mask => Wins(mask, other, fixedClass)));
        }
        int[] votes = [.. Enumerable.Range(0, Classes).Select(i => scores.Count(mask => threshold is { } least ? mask[i] >= least : Array.IndexOf(mask, mask.Max()) == i))];
        return votes.Where((count, other) => other != fixedClass && count >= votes[fixedClass]).Count() < topCount;
    }

    private static int Lead(float[][] scores, int fixedClass)
    {
        int[] votes = [.. Enumerable.Range(0, Classes).Select(i => scores.Count(mask => Array.IndexOf(mask, mask.Max()) == i))];
        return votes[fixedClass] - votes.Where((_, other) => other != fixedClass).Max();
    }

    private static MaskAnswers Answers(float[][] scores, CertificationRule rule, double? threshold = null) => rule == CertificationRule.Condorcet || threshold is not null
        ? MaskAnswers.OfScores([.. scores.SelectMany(mask => mask)], Classes, threshold)
        : MaskAnswers.OfClasses([.. scores.Select(mask => Array.IndexOf(mask, mask.Max()))], Classes);

    private static float[][] Draw(Random random, MaskFamily family)
    {
        int favourite = random.Next(Classes);
        return [.. Enumerable.Range(0, family.Count).Select(_ => Score(random, favourite))];
    }

    private static float[] Score(Random random, int favourite)
    {
        float[] scores = s_scores[random.Next(s_scores.Length)];
        return random.Next(3) > 0 ? [.. Enumerable.Range(0, Classes).Select(i => i == favourite ? 2 : Math.Min(1, scores[i]))] : scores;
    }

    private static int Shown(MaskFamily family, int mask, int x) => family.Retained(mask).ToArray().Sum(position => x & (1 << position));

    private static IEnumerable<int> Subsets(int size) => Enumerable.Range(0, 1 << D).Where(set => int.PopCount(set) <= size);

    private static IEnumerable<int> Patches(int rows, int columns)
        => from top in Enumerable.Range(0, Height - rows + 1)
           from left in Enumerable.Range(0, Width - columns + 1)
           select (from row in Enumerable.Range(top, rows) from column in Enumerable.Range(left, columns) select 1 << (row * Width + column)).Sum();
}
