using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Who counts a certifier's votes: a service outside of this process; the model itself, in one source for all cursors; or the chain of transformers, in a source for each
/// cursor.
/// </summary>
/// <param name="service">The service, if there is one.</param>
/// <param name="threads">The most threads for a chain; null for one per core.</param>
/// <param name="memoryLimitInMegabytes">What batches may take; null for the model's own choice.</param>
internal sealed class VoteEngine(IVoteService? service, int? threads, int? memoryLimitInMegabytes) : IDisposable
{
    private readonly Lock _lock = new();
    private IDisposable? _direct;
    private ImageShape _directShape;
    private bool _disposed;

    /// <summary>The service; null where votes are counted in this process.</summary>
    public IVoteService? Service => service;

    /// <summary>The votes of a cursor's rows.</summary>
    /// <param name="binding">The base classifier on the rows' schema.</param>
    /// <param name="input">The cursor.</param>
    /// <param name="maker">Makes sources; always of the same kind.</param>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    /// <exception cref="ArgumentException">The rows have another shape than those before, or need columns that are not sent to the service.</exception>
    public VoteLease<TSource> Open<TSource>(BaseClassifierBinding binding, DataViewRow input, SourceMaker<TSource> maker)
        where TSource : class, IDisposable
    {
        RequireAlive();
        if (service is not null)
            return new VoteLease<TSource>(maker.FromService(service, InputOf(binding, maker.RetainedCount), binding.ClassCount), isOwned: true);
        lock (_lock)
        {
            ImageShape shape = binding.Encoder.Layout.Shape;
            if (_direct is null)
            {
                _direct = maker.FromModel(binding, memoryLimitInMegabytes * (1L << 20), threads: null);
                _directShape = shape;
            }
            if (_direct is null)
                return new VoteLease<TSource>(maker.FromChain(binding, input, threads ?? Environment.ProcessorCount), isOwned: true);
            if (shape != _directShape)
                throw new ArgumentException($"Column '{binding.FeatureColumn.Name}' has shape {shape}, but the model takes {_directShape}.");
            return new VoteLease<TSource>((TSource)_direct, isOwned: false);
        }
    }

    /// <summary>Votes over texts of a cursor's rows, by the chain of transformers.</summary>
    /// <param name="binding">The base classifier on the rows' schema.</param>
    /// <param name="input">The cursor.</param>
    /// <param name="column">Makes what a thread sees of the ablated column.</param>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    /// <exception cref="InvalidOperationException">Votes are counted outside of this process.</exception>
    public ChainVotes OpenWords(BaseClassifierBinding binding, DataViewRow input, Func<AblatedColumn> column)
    {
        RequireAlive();
        return service is null
            ? binding.MakeVotes(input, column, threads ?? Environment.ProcessorCount)
            : throw new InvalidOperationException("Votes over texts are counted in this process only, not by a cluster; transform with the certifier itself.");
    }

    private void RequireAlive() => ObjectDisposedException.ThrowIf(_disposed, typeof(SmoothedCertifierTransformer));

    /// <summary>Frees what votes are counted with; it is made anew when votes are asked for again.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _direct?.Dispose();
            _direct = null;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Release();
    }

    /// <exception cref="ArgumentException">The base classifier reads more than the ablated column.</exception>
    private VoteInput InputOf(BaseClassifierBinding binding, int? retained)
    {
        string[] others = [.. binding.OtherColumns().Select(column => column.Name)];
        return others.Length == 0
            ? new VoteInput(((VectorDataViewType)binding.FeatureColumn.Type).Dimensions, retained, memoryLimitInMegabytes, binding.NeedsScores)
            : throw new ArgumentException($"The base classifier reads '{string.Join("', '", others)}' beside the ablated column '{binding.FeatureColumn.Name}', but only that is sent "
                + "to other machines; put what makes it of them before the certifier, or count votes in this process.");
    }
}
