using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options of <c>train</c> that say how weights are updated; the trainer checks them.</summary>
internal sealed class OptimizerOptions
{
    private readonly Option<TrainingOptimizer?> _optimizer = new ValueOption<TrainingOptimizer?>(ValueKind.Name<TrainingOptimizer>(), "--optimizer")
    {
        Description = "How a gradient moves the weights [default: Adam, or the recipe's].",
    };

    private readonly Option<double?> _learningRate = new ValueOption<double?>(ValueKind.Number(0, orLeast: false), "--learning-rate")
    {
        Description = "The learning rate, above 0, that the schedule scales [default: 0.003 for Adam, 0.01 for Sgd, or the recipe's].",
    };

    private readonly Option<double?> _weightDecay = new ValueOption<double?>(ValueKind.Number(0), "--weight-decay")
    {
        Description = "Weight decay, at least 0: decoupled for Adam, added to the gradient for Sgd [default: 0, or the recipe's].",
    };

    private readonly ScheduleOptions _schedule = new();

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Optimizer, _optimizer, _learningRate, _weightDecay);
        _schedule.AddTo(command);
    }

    /// <summary>Sets what is given on the command line.</summary>
    /// <exception cref="ArgumentException">The schedule's options contradict each other or a number is out of its range.</exception>
    public void Apply(ParseResult parsed, AblatedImageClassificationTrainer.Options trainer)
    {
        trainer.Optimizer = parsed.GetValue(_optimizer) ?? trainer.Optimizer;
        trainer.LearningRate = parsed.GetValue(_learningRate) ?? trainer.LearningRate;
        trainer.WeightDecay = parsed.GetValue(_weightDecay) ?? trainer.WeightDecay;
        trainer.Schedule = _schedule.Apply(parsed, trainer.Schedule);
    }
}
