using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;

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

    /// <exception cref="Exception">The file is no model, or not one that takes what the subject says.</exception>
    public static OpenVotes Load(string path, VoteSubject subject, AblationWorkerOptions options)
    {
        var ml = new MLContext { GpuDeviceId = options.GpuDeviceId, FallbackToCpu = false };
        ITransformer model = ml.Model.Load(path, out _);
        try
        {
            SmoothedCertifierTransformer certifier = CertifierChain.Find(model)
                ?? throw new InvalidDataException("The model has no smoothed certifier.");
            return new OpenVotes(model as IDisposable, certifier.Classifier.MakeVotes(
                new VoteInput(subject.Dimensions, subject.RetainedPixels, subject.MemoryLimitInMegabytes), subject.Ballot, options.Threads));
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
