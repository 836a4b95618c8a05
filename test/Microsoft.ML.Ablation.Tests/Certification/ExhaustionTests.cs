using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>
/// Certificates from exact probabilities, tried against every input within the radius, for arbitrary base classifiers; and against
/// classifiers built to fail one step further.
/// </summary>
[TestClass]
public class ExhaustionTests
{
    [TestMethod]
    public void No_input_within_the_certified_radius_changes_the_class()
    {
        (int D, int K, int Values, int Classes)[] shapes =
            [(4, 1, 3, 3), (5, 1, 2, 2), (5, 2, 2, 3), (6, 1, 3, 3), (6, 2, 2, 4), (7, 1, 2, 4), (7, 2, 2, 2), (8, 1, 2, 3), (8, 2, 2, 3), (6, 3, 2, 4)];
        long wanted = LongTests.AreWanted ? 2_000_000 : 60_000;
        long total = 0;
        foreach ((int d, int k, int values, int classes) in shapes)
        {
            long tried = Exhaust(new TinyWorld(d, k, values, classes), new Random(d * 100 + k), wanted);
            Console.WriteLine($"d = {d}, k = {k}, {values} values, {classes} classes: {tried:N0} triples (classifier, x, x')");
            total += tried;
        }

        Console.WriteLine($"{total:N0} triples (classifier, x, x') in all, none of them a counterexample");
        Assert.IsTrue(total >= (LongTests.AreWanted ? 10_000_000 : 100_000));
    }

    /// <summary>
    /// A classifier that gives the input x its class with a lead of just over 2Δ(ρ), in whole ablations, and changes its answer
    /// on every ablation that touches the ρ + 1 positions in which x' differs. It shows that Majority and Gap cannot certify more,
    /// and Top not either when the m competitors are equal.
    /// </summary>
    [TestMethod]
    public void One_position_beyond_the_certified_radius_an_attack_exists()
    {
        int attacks = 0;
        foreach ((int d, int k) in ((int, int)[])[(5, 1), (5, 2), (6, 1), (7, 2), (8, 1), (9, 2), (10, 1), (10, 3), (12, 1)])
        {
            for (int m = 1; m <= 3; m++)
            {
                var world = new TinyWorld(d, k, 2, m + 1);
                for (int rho = 0; rho < d && HostileClassifier(world, rho + 1, m) is byte[] classifier; rho++)
                {
                    int changed = (1 << (rho + 1)) - 1;
                    long[] votes = world.Votes(classifier, 0), votesThere = world.Votes(classifier, changed);
                    CertificationRule rule = m == 1 ? CertificationRule.Gap : CertificationRule.Top;
                    int radius = ExactCertificate.Radius(0, votes, d, k, rule, m);
                    Assert.IsTrue(radius <= rho, $"d = {d}, k = {k}, m = {m}: certified {radius}, attacked at {rho + 1}");
                    Assert.IsFalse(IsAmongFirst(votesThere, 0, m), $"d = {d}, k = {k}, m = {m}, rho = {rho}: the attack fails.");
                    if (m == 1)
                        Assert.AreEqual(radius, ExactCertificate.Radius(0, votes, d, k, CertificationRule.Majority));

                    Assert.AreEqual(rho, radius, $"d = {d}, k = {k}, m = {m}: the certificate is not tight.");
                    attacks++;
                }
            }
        }

        Console.WriteLine($"{attacks} radii attacked one position further");
    }

    [TestMethod]
    public void Bounds_that_are_exact_up_to_rounding_certify_no_more_than_the_counts()
    {
        var world = new TinyWorld(8, 2, 2, 3);
        var random = new Random(8);
        for (int i = 0; i < 300; i++)
        {
            long[] votes = world.Votes(world.RandomClassifier(random), random.Next(world.Inputs));
            CertifiedPrediction exact = ExactCertificate.Certify(votes, 8, 2);
            double[] others = [.. Enumerable.Range(0, 3).Where(j => j != exact.SelectedClass).Select(j => Math.BitIncrement(votes[j] / 28.0))];

            Assert.IsTrue(exact.LowerBound <= votes[exact.SelectedClass] / 28.0);
            Assert.IsTrue(MajorityCertificate.Radius(8, 2, exact.LowerBound) <= ExactCertificate.Radius(exact.SelectedClass, votes, 8, 2, CertificationRule.Majority));
            Assert.IsTrue(GapCertificate.Radius(8, 2, exact.LowerBound, others.Max()) <= exact.Radius);

            // Rounding to whole ablations makes up for the last place.
            for (int m = 1; m <= 2; m++)
                Assert.AreEqual(ExactCertificate.Radius(exact.SelectedClass, votes, 8, 2, CertificationRule.Top, m), TopCertificate.Radius(8, 2, m, exact.LowerBound, others));
        }
    }

    [TestMethod]
    public void True_ties_abstain_and_wrong_totals_are_refused()
    {
        Assert.IsFalse(ExactCertificate.Certify([14, 14, 0], 8, 2).IsCertified);
        Assert.AreEqual(0, ExactCertificate.Certify([15, 13, 0], 8, 2).Radius);
        Assert.AreEqual(2, ExactCertificate.Certify([0, 28, 0], 8, 2).Radius);
        Assert.AreEqual(1.0, ExactCertificate.Certify([0, 28, 0], 8, 2).LowerBound);
        Assert.AreEqual(3, ExactCertificate.Certify([0, 28, 0], 8, 2, CertificationRule.Top, 2).Radius);
        MajorityCertificateTests.Refused("counts has 27 votes, but for d = 8 and k = 2 there are 28 ablations", () => ExactCertificate.Certify([27, 0], 8, 2));
        MajorityCertificateTests.Refused("counts has -1 votes for class 1", () => ExactCertificate.Certify([29, -1], 8, 2));
        MajorityCertificateTests.Refused("There are 1 classes", () => ExactCertificate.Certify([28], 8, 2));
        MajorityCertificateTests.Refused("k is 9, but d is 8", () => ExactCertificate.Certify([28, 0], 8, 9));
        MajorityCertificateTests.Refused("topCount is 2, but there are 2 classes", () => ExactCertificate.Certify([28, 0], 8, 2, CertificationRule.Top, 2));
        MajorityCertificateTests.Refused("fixedClass is 5", () => ExactCertificate.Radius(5, [28, 0], 8, 2));
        MajorityCertificateTests.Refused("rule is 7", () => ExactCertificate.Certify([28, 0], 8, 2, (CertificationRule)7));
    }

    private static long Exhaust(TinyWorld world, Random random, long wanted)
    {
        // What is certified: to be first under Majority and Gap, to be among the first m under Top.
        (CertificationRule Rule, int M)[] claims =
            [(CertificationRule.Majority, 1), (CertificationRule.Gap, 1), .. Enumerable.Range(1, world.Classes - 1).Select(m => (CertificationRule.Top, m))];
        int[][] distances = [.. Enumerable.Range(0, world.Inputs).Select(x => Enumerable.Range(0, world.Inputs).Select(y => world.Distance(x, y)).ToArray())];
        var known = new Dictionary<(long, int, int), int>();
        long tried = 0;
        while (tried < wanted)
        {
            byte[] classifier = world.RandomClassifier(random);
            long[][] votes = [.. Enumerable.Range(0, world.Inputs).Select(x => world.Votes(classifier, x))];
            for (int x = 0; x < world.Inputs; x++)
            {
                int fixedClass = Array.IndexOf(votes[x], votes[x].Max());
                int[] radii = [.. claims.Select((_, claim) => Radius(claim, fixedClass, votes[x]))];
                Assert.IsTrue(radii[1] >= radii[0], "Gap certifies less than Majority.");
                Assert.AreEqual(radii[1], radii[2], "Top with m = 1 is not Gap.");

                int largest = radii.Max();
                for (int y = 0; y < world.Inputs; y++)
                {
                    int distance = distances[x][y];
                    if (distance > largest || distance == 0)
                        continue;
                    tried++;
                    for (int claim = 0; claim < claims.Length; claim++)
                    {
                        if (distance <= radii[claim] && !IsAmongFirst(votes[y], fixedClass, claims[claim].M))
                            Assert.Fail($"{claims[claim]} certifies {radii[claim]} for votes {string.Join(", ", votes[x])}, but at distance {distance} they are {string.Join(", ", votes[y])}.");
                    }
                }
            }
        }

        return tried;

        int Radius(int claim, int fixedClass, long[] counts)
        {
            long code = counts.Aggregate(0L, (sum, count) => sum * (world.Subsets.Length + 1) + count);
            if (!known.TryGetValue((code, claim, fixedClass), out int radius))
                known.Add((code, claim, fixedClass), radius = ExactCertificate.Radius(fixedClass, counts, world.D, world.K, claims[claim].Rule, claims[claim].M));
            return radius;
        }
    }

    private static bool IsAmongFirst(long[] votes, int fixedClass, int m)
    {
        int asGood = 0;
        for (int j = 0; j < votes.Length; j++)
        {
            if (j != fixedClass && votes[j] >= votes[fixedClass])
                asGood++;
        }

        return asGood < m;
    }

    /// <summary>
    /// On x = 0: class 0 on every ablation that touches the first <paramref name="changed"/> positions, and on as many others as leave
    /// the m competitors, who share the rest, just enough to catch up. On x', which differs in those positions: the touched ablations
    /// go to the weakest competitor, one by one.
    /// </summary>
    private static byte[]? HostileClassifier(TinyWorld world, int changed, int m)
    {
        int total = world.Subsets.Length;
        int[] touched = [.. Enumerable.Range(0, total).Where(s => world.Subsets[s].Any(i => i < changed))];
        int[] untouched = [.. Enumerable.Range(0, total).Except(touched)];
        int competing = Math.Max(0, (m * total - (m + 1) * touched.Length + m) / (m + 1));
        if (competing > untouched.Length || m * total <= (m + 1) * (total - Count(world.D - changed + 1, world.K)))
            return null;

        var classifier = new byte[world.AblatedInputs];
        var votes = new int[m + 1];
        foreach (int s in untouched[..competing])
            Give(0, s);
        foreach (int s in touched)
            Give((1 << changed) - 1, s);
        return classifier;

        void Give(int input, int subset)
        {
            int weakest = 1 + Array.IndexOf(votes[1..], votes[1..].Min());
            votes[weakest]++;
            classifier[world.Ablation(input, subset)] = (byte)weakest;
        }

        static int Count(int d, int k)
        {
            long count = 1;
            for (int j = 0; j < k; j++)
                count = count * (d - j) / (j + 1);
            return (int)Math.Max(0, count);
        }
    }
}
