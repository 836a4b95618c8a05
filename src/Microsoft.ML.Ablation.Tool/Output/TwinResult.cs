using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>A model that was made of another one and votes otherwise.</summary>
/// <param name="Model">The new file.</param>
/// <param name="From">The number format of the other one.</param>
/// <param name="Precision">That of the new one.</param>
/// <param name="NeedsTorch">Whether programs that load the new one need torch.</param>
internal sealed record TwinResult(string Model, string From, string Precision, bool NeedsTorch)
{
    public static TwinResult Of(string path, SmoothedCertifierTransformer from, SmoothedCertifierTransformer twin)
    {
        ScoringPrecision before = from.Precision()!.Value;
        // Without torch, all but integers are float32.
        ScoringPrecision after = twin.Precision() ?? (before == ScoringPrecision.Int8 ? before : ScoringPrecision.Float32);
        return new TwinResult(path, before.ToString(), after.ToString(), twin.Precision() is not null);
    }

    public void Show(ToolConsole console) => console.Result(this, text => text.Profile.Out.Writer.WriteLine(!NeedsTorch && From == nameof(ScoringPrecision.Int8)
        ? $"{Model}: votes as the other model does, in {Precision}, without torch"
        : $"{Model}: votes in {Precision}{(NeedsTorch ? "" : " without torch")} with the weights of a model that votes in {From}{(NeedsTorch ? "" : " with it")}; certificates of one do not hold for the other"));
}
