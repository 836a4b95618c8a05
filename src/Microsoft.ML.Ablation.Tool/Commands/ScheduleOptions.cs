using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how the learning rate changes.</summary>
internal sealed class ScheduleOptions
{
    /// <summary>What each milestone multiplies the learning rate by, as in the paper.</summary>
    private const double MilestoneFactor = 0.1;

    private readonly Option<ScheduleName?> _schedule = new ValueOption<ScheduleName?>(ValueKind.Name<ScheduleName>(), "--schedule")
    {
        Description = "How the learning rate changes [default: OneCycle, or the recipe's].",
    };

    private readonly Option<int[]?> _milestones = new ValueOption<int[]?>(ValueKind.Integers(1, OptionLimits.Epochs, "200,300"), "--milestones")
    {
        Description = "Epochs after which the learning rate falls to a tenth, such as 200,300; implies --schedule MultiStep. Those from --epochs on "
            + "are never reached.",
    };

    private readonly Option<double?> _warmUp = new ValueOption<double?>(ValueKind.Number(0, OptionLimits.Epochs, orLeast: false), "--warm-up")
    {
        Description = "Epochs over which the learning rate first rises from 0 [default: none].",
    };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Optimizer, _schedule, _milestones, _warmUp);
    }

    /// <summary>The given schedule, or the one of the command line.</summary>
    /// <exception cref="ArgumentException">The options contradict each other or a number is out of its range.</exception>
    public LearningRateSchedule Apply(ParseResult parsed, LearningRateSchedule schedule)
    {
        // The parser has an empty list for none.
        int[]? milestones = parsed.GetValue(_milestones) is { Length: > 0 } given ? given : null;
        schedule = (parsed.GetValue(_schedule), milestones) switch
        {
            (null, null) => schedule,
            (null or ScheduleName.MultiStep, not null) => LearningRateSchedule.MultiStep(MilestoneFactor, milestones),
            (ScheduleName.MultiStep, null) => throw new ArgumentException("--schedule MultiStep needs --milestones; give the epochs "
                + "after which the learning rate falls to a tenth, such as --milestones 200,300."),
            ({ } other, not null) => throw new ArgumentException($"--milestones needs --schedule MultiStep, but {other} is given; leave one of them out."),
            (ScheduleName.Constant, null) => LearningRateSchedule.Constant,
            (ScheduleName.Cosine, null) => LearningRateSchedule.Cosine,
            _ => LearningRateSchedule.OneCycle(),
        };
        return parsed.GetValue(_warmUp) is { } epochs ? schedule.WithWarmUp(epochs) : schedule;
    }
}

/// <summary>The schedules of <c>--schedule</c>.</summary>
internal enum ScheduleName
{
    Constant,
    OneCycle,
    Cosine,
    MultiStep,
}
