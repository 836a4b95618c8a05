using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options of <c>train</c> alone that say how to train; the trainer checks them.</summary>
internal sealed class RecipeOptions
{
    private readonly Option<double> _labelSmoothing = new("--label-smoothing")
    {
        Description = "Share of the label that is spread over all classes, from 0 to below 1 [default: 0].",
    };

    private readonly Option<double> _weightAveraging = new("--weight-averaging")
    {
        Description = "Decay per step of a moving average of the weights, from 0 to below 1, such as 0.999 [default: 0, none].",
    };

    private readonly Option<double?> _gradientClipping = new("--gradient-clipping")
    {
        Description = "Largest norm of the gradient, above 0 [default: no limit].",
    };

    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "Epochs without a better validation after which training ends [default: never].",
    };

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "A file that keeps the state after every epoch; where it exists, training goes on from it.",
    };

    private readonly Option<string?> _history = new("--history") { Description = "A CSV file that receives a line per epoch." };

    public void AddTo(CliCommand command)
    {
        _patience.MustBeAtLeast(1);
        command.Options.Add(_labelSmoothing);
        command.Options.Add(_weightAveraging);
        command.Options.Add(_gradientClipping);
        command.Options.Add(_patience);
        command.Options.Add(_checkpoint);
        command.Options.Add(_history);
    }

    public TrainingSettings Apply(ParseResult parsed, TrainingSettings settings) => settings with
    {
        LabelSmoothing = parsed.GetValue(_labelSmoothing),
        WeightAveraging = parsed.GetValue(_weightAveraging),
        GradientClipping = parsed.GetValue(_gradientClipping),
        Patience = parsed.GetValue(_patience),
        CheckpointPath = parsed.GetValue(_checkpoint),
        HistoryPath = parsed.GetValue(_history),
    };
}
