using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>A loaded model with its source of votes.</summary>
internal sealed class OpenVotes : IDisposable
{
    private readonly IDisposable? _model;

    private OpenVotes(IDisposable? model, IVoteSource source)
    {
        _model = model;
        Source = source;
    }

    public IVoteSource Source { get; }

    /// <summary>When it was used last.</summary>
    public long LastUse { get; set; } = Environment.TickCount64;

    /// <param name="path">The model file.</param>
    /// <param name="subject">What is counted.</param>
    /// <param name="options">What counts.</param>
    /// <param name="warn">Receives warnings of the model, perhaps several times.</param>
    /// <exception cref="Exception">The file is no model, or not one that takes what the subject says.</exception>
    public static OpenVotes Load(string path, VoteSubject subject, AblationWorkerOptions options, Action<string> warn)
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
            return new OpenVotes(model as IDisposable, certifier.Classifier.MakeVotes(
                new VoteInput(subject.Dimensions, subject.RetainedCount, subject.MemoryLimitInMegabytes), subject.Ballot == Ballot.Contests, options.Threads));
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Source.Dispose();
        _model?.Dispose();
    }
}
