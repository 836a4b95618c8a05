using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// A smoothed regressor on data of one schema, bound once: which ablations of a row are asked, and which of their outputs are the ends of its intervals. It is immutable, and all
/// cursors over such data share it.
/// </summary>
internal sealed class RegressingSession
{
    private readonly IHost _host;
    private readonly SmoothedRegressorOptions _options;
    private readonly AblationStage _stage;
    private readonly Func<IRetention> _retention;

    /// <exception cref="ArgumentException">The regressor does not take such data.</exception>
    public RegressingSession(IHost host, SmoothedRegressorOptions options, BaseClassifier regressor, DataViewSchema schema, AblationSeed seed)
    {
        (_host, _options, Seed) = (host, options, seed);
        Binding = new BaseRegressorBinding(regressor, schema, options.BaseColumnName);
        int d = Binding.Encoder.Positions;
        if (regressor.Family is { } family)
        {
            // Keys only tell rows apart.
            (Seed, Family, _stage, _retention) = (AblationSeed.OfNumber(0), family, AblationStage.Exact, () => family);
            Intervals = MedianIntervals.OfMasks(family, options.LargestRadius);
            return;
        }
        int k = regressor.RetainedCount!.Value, budget = options.ExactBudget ?? options.SampleCount;
        (RetainedCount, _retention) = (k, () => new SubsetSampler(d, k));
        (_stage, Intervals) = budget > 0 && SubsetEnumerator.TryCount(d, k, budget, out long all)
            ? (AblationStage.Exact, MedianIntervals.OfAll(d, k, (int)all, options.LargestRadius))
            : (AblationStage.Estimation, MedianIntervals.OfSamples(d, k, options.SampleCount, options.LargestRadius, options.Alpha));
    }

    /// <summary>The base regressor on such data.</summary>
    public BaseRegressorBinding Binding { get; }

    /// <summary>The seed of the rows' keys.</summary>
    public AblationSeed Seed { get; }

    /// <summary>The fixed masks; null where ablations are random.</summary>
    public MaskFamily? Family { get; }

    /// <summary>k; null where masks are fixed.</summary>
    public int? RetainedCount { get; }

    /// <summary>What follows from a row's outputs.</summary>
    public MedianIntervals Intervals { get; }

    /// <summary>The outputs for a cursor's rows; the cursor disposes them.</summary>
    public ChainOutputSource Open(DataViewRow input) => Binding.MakeOutputs(input, _retention, _options.Threads ?? Environment.ProcessorCount);

    /// <summary>The outputs for one row, in the order of its ablations.</summary>
    /// <param name="source">Who answers.</param>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <exception cref="OperationCanceledException">The context or the token of the options was cancelled.</exception>
    public double[] Ask(ChainOutputSource source, ReadOnlyMemory<float> planar, AblationKey key)
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
        return source.Outputs(planar, key, _stage, Intervals.Count, _options.CancellationToken);
    }

    /// <summary>Logs what intervals do not cover, and for how many changed positions they are finite.</summary>
    public void Log()
    {
        using IChannel channel = _host.Start("Plan");
        PlanLimits.LogCover(channel, Binding);
        int count = Intervals.Count, largest = Intervals.LargestBounded;
        string how = Intervals.IsCertain ? "asked once for a row, without chance" : FormattableString.Invariant($"drawn for a row, alpha {_options.Alpha}");
        if (largest < 0)
            channel.Warning(FormattableString.Invariant($"{count:N0} ablations bound nothing at alpha {_options.Alpha}, whatever the outputs are; raise SampleCount."));
        else
            channel.Info(FormattableString.Invariant($"{count:N0} {(count == 1 ? "ablation is" : "ablations are")} {how}; intervals have both ends for up to {largest} changed positions."));
    }
}
