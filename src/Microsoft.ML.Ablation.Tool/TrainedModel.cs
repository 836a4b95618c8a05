namespace Microsoft.ML.Ablation.Tool;

/// <summary>A model that was trained just now.</summary>
/// <param name="Model">The model; dispose it.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Epochs">Passes over the images.</param>
internal sealed record TrainedModel(ITransformer Model, TimeSpan Time, int Epochs) : IDisposable
{
    public void Dispose() => (Model as IDisposable)?.Dispose();
}
