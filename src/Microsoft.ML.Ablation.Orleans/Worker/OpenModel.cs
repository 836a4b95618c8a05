using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>A loaded model with what answers for it.</summary>
internal abstract class OpenModel : IDisposable
{
    private IDisposable? _model;

    /// <summary>Samples that are scored at once.</summary>
    public abstract int SamplesAtOnce { get; }

    /// <summary>When it was used last.</summary>
    public long LastUse { get; set; } = Environment.TickCount64;

    /// <param name="path">The model file.</param>
    /// <param name="subject">What is counted.</param>
    /// <param name="options">What counts.</param>
    /// <param name="warn">Receives warnings of the model, perhaps several times.</param>
    /// <exception cref="Exception">The file is no model, or not one that takes what the subject says.</exception>
    public static OpenModel Load(string path, VoteSubject subject, AblationWorkerOptions options, Action<string> warn)
    {
        var ml = new MLContext { GpuDeviceId = options.GpuDeviceId, FallbackToCpu = false };
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                warn(message.RawMessage);
        };
        ITransformer model = ml.Model.Load(path, out _);
        try
        {
            SmoothedCertifierTransformer certifier = CertifierChain.Find(model)
                ?? throw new InvalidDataException("The model has no smoothed certifier.");
            OpenModel open = subject.HasFixedMasks
                ? new OpenScores(certifier.Classifier.MakeScores(subject.Input, options.Threads), certifier.Classifier.Family!.Count)
                : new OpenVotes(certifier.Classifier.MakeVotes(subject.Input, options.Threads));
            open._model = model as IDisposable;
            return open;
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Does a piece.</summary>
    /// <param name="request">The piece.</param>
    /// <param name="row">The row's values in channel-major order.</param>
    /// <exception cref="Exception">It failed.</exception>
    public abstract PieceAnswer Count(PieceRequest request, float[] row);

    public void Dispose()
    {
        Close();
        _model?.Dispose();
    }

    /// <summary>Frees what answers.</summary>
    protected abstract void Close();
}
