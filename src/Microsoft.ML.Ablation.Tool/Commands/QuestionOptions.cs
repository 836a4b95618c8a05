using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Predicting;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>A model, and the files that it is asked about.</summary>
/// <param name="isOne">Whether there is one file only.</param>
internal sealed class QuestionOptions(bool isOne)
{
    private readonly Argument<string[]> _files = new(isOne ? "FILE" : "FILE...")
    {
        Description = $"{(isOne ? "An image file" : "Image files")} of any size (PNG, JPEG), or {(isOne ? "a" : "one")} table: {string.Join(", ", DelimitedFile.Endings)}",
        Arity = isOne ? ArgumentArity.ExactlyOne : ArgumentArity.OneOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
    };

    private readonly Option<string> _model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Summary = "The model file", Description = "The model file, of images or of a table.", Required = true };

    private readonly Option<bool> _invert = new ValueOption<bool>(ValueKind.Flag, "--invert")
    {
        Summary = "Dark shapes on white become white ones on black",
        Description = "Exchange light and dark: dark shapes on white become white ones on black, as MNIST has them.",
    };

    public void AddTo(CliCommand command)
    {
        command.Arguments.Add(_files);
        command.AddOptions(HelpGroup.Model, _model);
        command.AddOptions(HelpGroup.Data, _invert);
    }

    /// <summary>The model's file.</summary>
    public string ModelOf(ParseResult parsed) => parsed.GetRequiredValue(_model);

    /// <inheritdoc cref="AskedModel.Read"/>
    public AskedRows Read(ParseResult parsed, MLContext ml, ToolConsole console)
        => new AskedModel(ml, console, ModelOf(parsed)).Read(parsed.GetRequiredValue(_files), parsed.GetValue(_invert));
}
