using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that name a model and say how it is smoothed.</summary>
/// <param name="isRequired">Whether there is no other way to say what is smoothed.</param>
internal sealed class ModelOptions(bool isRequired = true)
{
    private readonly Option<string?> _model = new ValueOption<string?>(ValueKind.Input, "--model", "-m") { Summary = "The model file", Description = "The model file.", Required = isRequired };

    private readonly Option<int?> _k = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Positions), "--k", "-k") { Summary = "Retained pixels or attributes [default: as in training]", Description = "Retained pixels, of a table attributes [default: as many as in training]." };

    private readonly VoteOptions _votes = new();

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Model, _model);
        command.AddOptions(HelpGroup.Ablation, _k);
        _votes.AddTo(command);
    }

    /// <summary>The options that say how it is smoothed.</summary>
    public VoteOptions Votes => _votes;

    public string PathOf(ParseResult parsed) => FileOf(parsed) ?? throw new InvalidOperationException("No model was given.");

    /// <summary>The model file; null where none is given.</summary>
    public string? FileOf(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>Retained pixels; null where nothing is said of them.</summary>
    public int? RetainedCount(ParseResult parsed) => parsed.GetValue(_k);

    /// <summary>A run is resumed with the same ablations; a model without a seed would draw others, unless its masks are fixed.</summary>
    /// <exception cref="ArgumentException">The model has no seed, and none is given.</exception>
    public void RequireSeedFor(ITransformer pipeline, ParseResult parsed)
    {
        if (CertifierChain.Find(pipeline) is { SavesSeed: false, Masks: null, Classifier.Ablation: not WordPartitionAblationTransformer }
            || TableModel.RegressorOf(pipeline) is { SavesSeed: false, Masks: null })
        {
            throw new ArgumentException($"'{PathOf(parsed)}' holds no seed, so a run could not be resumed with the same ablations; give --secret-seed FILE "
                + "('openssl rand -hex 32 > FILE' makes one).");
        }
    }

    /// <summary>Loads the model, with the certifier as the options want it.</summary>
    /// <returns>The model; dispose it, for the certifier in the file shares its base classifier with it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a model, or is damaged.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or does not apply to a model that is not smoothed.</exception>
    public ITransformer Load(ParseResult parsed, MLContext ml, out ModelImages images) => Load(parsed, ml, out images, out _);

    /// <inheritdoc cref="Load(ParseResult, MLContext, out ModelImages)"/>
    /// <param name="parsed">The command line.</param>
    /// <param name="ml">The context.</param>
    /// <param name="images">Which images the model takes.</param>
    /// <param name="fileHoldsSeed">Whether the file holds the seed of the votes.</param>
    public ITransformer Load(ParseResult parsed, MLContext ml, out ModelImages images, out bool fileHoldsSeed)
    {
        ITransformer loaded = ModelFile.Load(ml, PathOf(parsed), out DataViewSchema? schema);
        TableModel.RefuseFor(PathOf(parsed), schema);
        images = ModelImages.Of(PathOf(parsed), loaded, schema);
        fileHoldsSeed = CertifierChain.Find(loaded)?.SavesSeed == true;
        return Apply(parsed, loaded);
    }

    /// <summary>The model with the certifier as the options want it.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or does not apply to a model that is not smoothed.</exception>
    public ITransformer Apply(ParseResult parsed, ITransformer loaded)
    {
        int? k = RetainedCount(parsed);
        if (CertifierChain.Find(loaded) is { } certifier)
        {
            certifier = certifier.WithOptions(_votes.Apply(parsed, certifier.Options, (certifier.Classifier.Ablation as MaskAblationTransformer)?.IsAgainstPatches));
            return CertifierChain.With(loaded, k is { } retained ? certifier.WithRetainedCount(retained) : certifier);
        }
        return k is null && !_votes.AnyGiven(parsed)
            ? loaded
            : throw new ArgumentException($"'{PathOf(parsed)}' has no smoothed certifier, so --k and the options of votes do not apply; leave them out.");
    }
}
