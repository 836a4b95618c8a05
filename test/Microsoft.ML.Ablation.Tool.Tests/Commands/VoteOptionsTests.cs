using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Commands;
using CliCommand = System.CommandLine.Command;

namespace Microsoft.ML.Ablation.Tool.Tests.Commands;

/// <summary>Which plan and which rule a new model has, and what the command line makes of those of a stored one.</summary>
[TestClass]
public sealed class VoteOptionsTests
{
    private static readonly TrainingSettings s_random = new(), s_fixed = new() { Ablations = new MaskAblationChoice(AblationMasks.Partition(7), "--masks", 7, "7 masks") };

    private static SmoothedCertifierOptions New(TrainingSettings settings, string line) => Read(line, (options, parsed) => options.ApplyTo(settings, parsed));

    private static SmoothedCertifierOptions Stored(SmoothedCertifierOptions stored, string line) => Read(line, (options, parsed) => options.Apply(parsed, stored, null));

    private static T Read<T>(string line, Func<VoteOptions, System.CommandLine.ParseResult, T> read)
    {
        var command = new CliCommand("train");
        var options = new VoteOptions();
        options.AddTo(command);
        return read(options, command.Parse(line));
    }

    [TestMethod]
    public void A_new_model_votes_until_votes_decide_and_compares_every_two_classes()
    {
        SmoothedCertifierOptions usual = New(s_random, "");
        Assert.AreEqual((CertificationRule.Condorcet, SamplingPlan.Adaptive().ToString()), (usual.Rule, usual.Plan.ToString()));
        Assert.AreEqual(CertificationRule.Condorcet, New(s_fixed, "").Rule);
        string[] many = [.. Enumerable.Range(0, 101).Select(i => $"c{i}")];
        Assert.AreEqual(CertificationRule.Gap, New(s_random with { ImageFiles = new ImageFileSettings(32, many) }, "").Rule);
        Assert.AreEqual(CertificationRule.Condorcet, New(s_random with { ImageFiles = new ImageFileSettings(32, many[1..]) }, "").Rule);
    }

    [TestMethod]
    public void The_papers_procedure_is_one_option()
    {
        SmoothedCertifierOptions paper = New(s_random, "--paper");
        Assert.AreEqual((CertificationRule.Majority, 1_000, 10_000, 1), (paper.Rule, paper.Plan.SelectionCount, paper.Plan.EstimationCount, paper.Plan.Looks.Count));
        SmoothedCertifierOptions fewer = New(s_random, "--paper --votes 500 --selection-votes 100 --rule Majority");
        Assert.AreEqual((CertificationRule.Majority, 100, 500, 1), (fewer.Rule, fewer.Plan.SelectionCount, fewer.Plan.EstimationCount, fewer.Plan.Looks.Count));
        foreach ((string line, string told) in new[] { ("--paper --rule Gap", "the paper's rule is Majority"), ("--paper --adaptive", "draws all votes"), ("--paper --target 3", "neither --paper nor") })
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => New(s_random, line)).Message, told);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => New(s_fixed, "--paper")).Message, "--paper is given, but there is no sampling with fixed masks");
    }

    [TestMethod]
    public void A_stored_plan_keeps_its_kind_unless_told_otherwise()
    {
        var counted = new SmoothedCertifierOptions { Plan = SamplingPlan.Fixed(50, 400), Rule = CertificationRule.Gap };
        Assert.AreEqual(counted.Plan, Stored(counted, "").Plan);
        Assert.AreEqual((CertificationRule.Gap, 50, 900, 1), Of(Stored(counted, "--votes 900")));
        Assert.AreEqual((CertificationRule.Gap, 50, 400, SamplingPlan.Adaptive(50, 125, 400).Looks.Count), Of(Stored(counted, "--adaptive")));
        Assert.AreEqual((CertificationRule.Majority, 1_000, 10_000, 1), Of(Stored(counted, "--paper")));
        var looking = new SmoothedCertifierOptions { Plan = SamplingPlan.Adaptive(100, 200, 1_000, 2, 5), Rule = CertificationRule.Condorcet };
        SamplingPlan more = Stored(looking, "--votes 2000").Plan;
        Assert.AreEqual((100, 200, 2_000, 2, 5), (more.SelectionCount, more.Looks[0], more.EstimationCount, more.RadiusTolerance, more.TargetRadius));
        Assert.AreEqual((CertificationRule.Condorcet, 1_000, 1_000, 1), Of(Stored(looking, "--adaptive false")));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Stored(counted, "--tolerance 1")).Message, "give --adaptive with them");

        static (CertificationRule Rule, int Selection, int Estimation, int Looks) Of(SmoothedCertifierOptions options)
            => (options.Rule, options.Plan.SelectionCount, options.Plan.EstimationCount, options.Plan.Looks.Count);
    }
}
