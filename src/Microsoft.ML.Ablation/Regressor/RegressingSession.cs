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
    private readonly MedianRanks[] _ranks;

    /// <exception cref="ArgumentException">The regressor does not take such data.</exception>
    public RegressingSession(IHost host, SmoothedRegressorOptions options, BaseClassifier regressor, DataViewSchema schema, AblationSeed seed)
    {
        (_host, _options, Seed) = (host, options, seed);
        Binding = new BaseRegressorBinding(regressor, schema, options.BaseColumnName);
        int d = Binding.Encoder.Positions;
        int[] radii = [.. Enumerable.Range(0, options.LargestRadius + 1)];
        if (regressor.Family is { } family)
        {
            (Count, IsCertain, _stage, _retention) = (family.Count, true, AblationStage.Exact, () => family);
            _ranks = [.. radii.Select(rho => MedianRanks.Touched(Count, family.Touched(rho)))];
            return;
        }
        int k = regressor.RetainedCount!.Value, budget = options.ExactBudget ?? options.SampleCount;
        _retention = () => new SubsetSampler(d, k);
        if (budget > 0 && SubsetEnumerator.TryCount(d, k, budget, out long all))
        {
            (Count, IsCertain, _stage) = ((int)all, true, AblationStage.Exact);
            _ranks = [.. radii.Select(rho => MedianRanks.Touched(Count, (int)(all - TouchedCounts.Ablations(Math.Max(0, d - rho), k))))];
            return;
        }
        (Count, _stage) = (options.SampleCount, AblationStage.Estimation);
        double alpha = Math.BitDecrement(options.Alpha / radii.Length);
        _ranks = [.. radii.Select(rho => MedianRanks.Sampled(Count, AblationProbability.Delta(d, k, Math.Min(rho, d)), alpha))];
    }

    /// <summary>The base regressor on such data.</summary>
    public BaseRegressorBinding Binding { get; }

    /// <summary>The seed of the rows' keys.</summary>
    public AblationSeed Seed { get; }

    /// <summary>How many ablations of a row are asked.</summary>
    public int Count { get; }

    /// <summary>Whether intervals hold without chance.</summary>
    public bool IsCertain { get; }

    /// <summary>The outputs for a cursor's rows; the cursor disposes them.</summary>
    public ChainOutputSource Open(DataViewRow input) => Binding.MakeOutputs(input, _retention, _options.Threads ?? Environment.ProcessorCount);

    /// <summary>Asks about one row.</summary>
    /// <param name="source">Who answers.</param>
    /// <param name="planar">The row's values in channel-major order.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <exception cref="OperationCanceledException">The context or the token of the options was cancelled.</exception>
    public RegressedRow Regress(ChainOutputSource source, ReadOnlyMemory<float> planar, AblationKey key)
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
        double[] outputs = source.Outputs(planar, key, _stage, Count, _options.CancellationToken);
        Array.Sort(outputs);
        OutputInterval[] intervals = Array.ConvertAll(_ranks, ranks => ranks.Of(outputs));
        // Every output is a Single, or an infinity.
        return new RegressedRow(
            (float)outputs[MedianRanks.Median(Count) - 1],
            Array.ConvertAll(intervals, interval => (float)interval.Lower),
            Array.ConvertAll(intervals, interval => (float)interval.Upper));
    }

    /// <summary>Logs what intervals do not cover, and for how many changed positions they are finite.</summary>
    public void Log()
    {
        using IChannel channel = _host.Start("Plan");
        PlanLimits.LogCover(channel, Binding);
        int lower = _ranks.Count(ranks => ranks.Lower >= 1) - 1, upper = _ranks.Count(ranks => ranks.Upper <= Count) - 1;
        string how = IsCertain ? "asked once for a row, without chance" : FormattableString.Invariant($"drawn for a row, alpha {_options.Alpha}");
        string reach = FormattableString.Invariant($"{Count:N0} {(Count == 1 ? "ablation is" : "ablations are")} {how}; intervals have both ends for up to {Math.Min(lower, upper)} changed positions.");
        if (Math.Min(lower, upper) < 0)
            channel.Warning(FormattableString.Invariant($"{Count:N0} ablations bound nothing at alpha {_options.Alpha}, whatever the outputs are; raise SampleCount."));
        else
            channel.Info(reach);
    }
}
