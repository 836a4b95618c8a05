using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>A model that was made of another one and votes in another number format.</summary>
/// <param name="Model">The new file.</param>
/// <param name="From">The number format of the other one.</param>
/// <param name="Precision">That of the new one.</param>
internal sealed record TwinResult(string Model, string From, string Precision)
{
    public static TwinResult Of(string path, SmoothedCertifierTransformer from, SmoothedCertifierTransformer twin)
        => new(path, from.Precision().ToString()!, twin.Precision().ToString()!);

    public void Show(ToolConsole console) => console.Result(this, text => text.Profile.Out.Writer.WriteLine(
        $"{Model}: votes in {Precision} with the weights of a model that votes in {From}; certificates of one do not hold for the other"));
}
