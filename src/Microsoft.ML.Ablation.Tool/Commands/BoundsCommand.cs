using System.CommandLine;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation bounds</c>: the mathematics without a model.</summary>
internal static class BoundsCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("bounds", "Print what k of d pixels or fixed masks can certify. Needs no model. With --counts: what given votes certify under each rule.");
        var output = new OutputOptions();
        Option<int> d = new ValueOption<int>(ValueKind.Integer(1, OptionLimits.Positions), "--d", "-d") { Description = "Number of pixels.", DefaultValueFactory = _ => 784 };
        var ablations = new AblationOptionSet();
        Option<double> alpha = new ValueOption<double>(ValueKind.Number(0, 1, orLeast: false, orMost: false), "--alpha") { Description = "Probability that a certificate is wrong.", DefaultValueFactory = _ => 0.05 };
        Option<int> classes = new ValueOption<int>(ValueKind.Integer(2, OptionLimits.Classes), "--classes") { Description = "Number of classes, without --counts.", DefaultValueFactory = _ => 10 };
        Option<int[]?> counts = new ValueOption<int[]?>(ValueKind.Integers(0, int.MaxValue, "8700,600,700"), "--counts")
        {
            Description = "Second-stage votes per class, such as 8700,600,700; the first is the class that the first stage selected.",
        };
        Option<double?> kappa = new ValueOption<double?>(ValueKind.Number(0, 1, orLeast: false, orMost: false), "--kappa")
        {
            Description = "Compare with replacement (Lee et al. 2019): a value is kept with this probability, else replaced by another.",
        };
        Option<int> values = new ValueOption<int>(ValueKind.Integer(2, int.MaxValue), "--values") { Description = "With --kappa: values that a position can have.", DefaultValueFactory = _ => 256 };
        Option[] ofVotes = [alpha, classes, counts, kappa, values];
        command.AddOptions(HelpGroup.Ablation, d);
        ablations.AddTo(command);
        command.AddOptions(HelpGroup.Votes, ofVotes);
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            if (ablations.ReadMasks(parsed, seed: 0) is { } masks)
            {
                if (ofVotes.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } needless)
                    throw new ArgumentException($"{needless.Name} is given with {masks.Option}, but it is for random ablations; there is no sampling with fixed masks. Leave it out.");
                var bounds = MaskBounds.Compute(masks, parsed.GetValue(d));
                output.Read(parsed).Result(bounds, bounds.Print);
                return ExitCode.Success;
            }
            // The parser has an empty list for none.
            int[]? votes = parsed.GetValue(counts) is { Length: > 0 } given ? given : null;
            if (votes is not null)
                RequireSum(votes);
            if (votes is not null && parsed.GetResult(classes) is { Implicit: false })
                throw new ArgumentException("--classes is given with --counts, which say it already; leave one of them out.");
            if (parsed.GetValue(kappa) is null && parsed.GetResult(values) is { Implicit: false })
                throw new ArgumentException("--values needs --kappa; give both.");
            var result = BoundsResult.Compute(parsed.GetValue(d), ablations.K(parsed), parsed.GetValue(alpha),
                votes?.Length ?? parsed.GetValue(classes), votes, parsed.GetValue(kappa), parsed.GetValue(values));
            output.Read(parsed).Result(result, result.Print);
            return ExitCode.Success;
        });
        return command;
    }

    private static void RequireSum(int[] votes)
    {
        long sum = votes.Sum(count => (long)count);
        if (votes.Length < 2 || sum is 0 or > ClopperPearson.LargestTrials)
        {
            throw new ArgumentException(FormattableString.Invariant($"--counts has {votes.Length} classes with {sum} votes together; give 2 classes or more, with 1 to ")
                + FormattableString.Invariant($"{ClopperPearson.LargestTrials} votes."));
        }
    }
}

/// <summary>What <c>ablation bounds</c> prints.</summary>
internal sealed record BoundsResult
{
    public required int Positions { get; init; }

    public required int RetainedPixels { get; init; }

    public required double Alpha { get; init; }

    /// <summary>Δ(ρ) for ρ = 0, 1, … up to the largest radius that Majority can certify.</summary>
    public required IReadOnlyList<double> Delta { get; init; }

    /// <summary>Per rule the smallest number of unanimous votes that certifies anything.</summary>
    public required IReadOnlyDictionary<string, int> SmallestUsefulVotes { get; init; }

    /// <summary>Per rule the radius that the given votes certify, −1 for none.</summary>
    public IReadOnlyDictionary<string, int>? CertifiedRadius { get; init; }

    public double? LowerBound { get; init; }

    /// <summary>With replacement: the probability that certifies one changed value.</summary>
    public double? ReplacementProbability { get; init; }

    /// <summary>Ablation at that probability may retain so many values.</summary>
    public int? RetainedAtThatProbability { get; init; }

    /// <summary>Bits of one ablated sample at that number (equation 20) and of one with replacement (equation 21).</summary>
    public double? AblationBits { get; init; }

    public double? ReplacementBits { get; init; }

    public static BoundsResult Compute(int d, int k, double alpha, int classes, int[]? votes, double? kappa, int values)
    {
        CertificationRule[] rules = [CertificationRule.Majority, CertificationRule.Bonferroni, CertificationRule.Gap];
        CertificationOptions Options(CertificationRule rule) => new() { Alpha = alpha, Rule = rule };
        var result = new BoundsResult
        {
            Positions = d,
            RetainedPixels = k,
            Alpha = alpha,
            Delta = AblationProbability.DeltaTable(d, k),
            SmallestUsefulVotes = rules.ToDictionary(rule => rule.ToString(), rule => SampleSize.SmallestUseful(d, k, classes, Options(rule))),
        };
        if (votes is not null)
        {
            int total = votes.Sum();
            result = result with
            {
                LowerBound = ClopperPearson.LowerBound(votes[0], total, alpha),
                CertifiedRadius = rules.ToDictionary(rule => rule.ToString(),
                    rule => new VoteCertifier(d, k, SamplingPlan.Fixed(1, total), Options(rule)).Certify(0, votes).Radius),
            };
        }
        if (kappa is { } kept)
        {
            double needed = ReplacementCertificate.RequiredProbability(1, values, kept);
            int retained = MajorityCertificate.LargestRetainedCount(d, 1, needed);
            result = result with
            {
                ReplacementProbability = needed,
                RetainedAtThatProbability = retained,
                AblationBits = retained > 0 ? SampleInformation.OfAblation(retained, values) : 0,
                ReplacementBits = SampleInformation.OfReplacement(d, values, kept),
            };
        }
        return result;
    }

    public void Print(IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(Text($"d = {Positions}, k = {RetainedPixels}, alpha = {Alpha}")).AddColumn(new TableColumn("").RightAligned());
        table.AddRow("Largest radius that Majority or Gap can certify", Text($"{Delta.Count - 1}"));
        for (int rho = 0; rho < Delta.Count; rho = rho == 0 ? 1 : 2 * rho)
            table.AddRow(Text($"Δ({rho})"), Text($"{Delta[rho]:F6}"));
        foreach ((string rule, int votes) in SmallestUsefulVotes)
            table.AddRow(Text($"Smallest useful n, {rule}"), Text($"{votes}"));
        if (CertifiedRadius is not null)
        {
            table.AddRow("Lower bound of the class's probability", Text($"{LowerBound:F6}"));
            foreach ((string rule, int radius) in CertifiedRadius)
                table.AddRow(Text($"Certified radius, {rule}"), radius < 0 ? "none" : Text($"{radius}"));
        }
        if (ReplacementProbability is not null)
        {
            table.AddRow("Replacement: probability that certifies one changed value", Text($"{ReplacementProbability:F5}"));
            table.AddRow("Ablation at that probability: largest k", Text($"{RetainedAtThatProbability}"));
            table.AddRow("Bits of one ablated sample (equation 20)", Text($"{AblationBits:F1}"));
            table.AddRow("Bits of one sample with replacement (equation 21)", Text($"{ReplacementBits:F1}"));
        }
        console.Write(table);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
