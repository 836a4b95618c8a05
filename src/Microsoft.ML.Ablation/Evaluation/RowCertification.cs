using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Transforms all rows once, all columns of a row together, and keeps them.</summary>
/// <param name="env">The environment.</param>
/// <param name="model">Any transformer.</param>
/// <param name="progress">Told after every row; null for nobody.</param>
internal sealed class RowCertification(IHostEnvironment env, ITransformer model, IProgress<CertificationProgress>? progress)
{
    /// <summary>Reads rows to their end.</summary>
    /// <param name="rows">What the model takes.</param>
    /// <param name="cancellation">Ends it within a row that is sampled, or after the row at hand.</param>
    /// <returns>The columns that <see cref="MemoryColumn.CanHold"/> keeps, without hidden ones.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IDataView Read(IDataView rows, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource([cancellation, .. CertifierChain.Parts(model).Select(TokenOf)]);
        try
        {
            IDataView report = CertifierChain.Parts(model).Select(part => CancelledBy(part, linked.Token)).Aggregate(rows, (view, part) => part.Transform(view));
            return Keep(report, linked.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // In the name of the caller's token, as callers compare it.
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    private MemoryView Keep(IDataView report, CancellationToken cancellation)
    {
        DataViewSchema.Column[] kept = [.. report.Schema.Where(column => !column.IsHidden && MemoryColumn.CanHold(column.Type))];
        MemoryColumn[] columns = Array.ConvertAll(kept, column => MemoryColumn.For(column.Type));
        using DataViewRowCursor cursor = SingleCursor.Open(report, kept);
        Action[] append = [.. columns.Zip(kept, (column, from) => column.AppenderFor(cursor, from))];
        ValueGetter<int>[] calls = [.. CallColumns(report.Schema).Select(cursor.GetGetter<int>)];
        long? total = report.GetRowCount(), called = calls.Length == 0 ? null : 0;
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        while (MoveNext(cursor, cancellation))
        {
            Array.ForEach(append, value => value());
            foreach (ValueGetter<int> getter in calls)
            {
                int count = 0;
                getter(ref count);
                called += count;
            }
            done = checked(done + 1);
            progress?.Report(new CertificationProgress(done, total, Stopwatch.GetElapsedTime(start), called));
        }
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(kept);
        return new MemoryView(env, schema.ToSchema(), columns, done);
    }

    private static bool MoveNext(DataViewRowCursor cursor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return cursor.MoveNext();
    }

    /// <summary>The columns in which certifiers and regressors of the model tell their calls, as far as they are still there.</summary>
    private IEnumerable<DataViewSchema.Column> CallColumns(DataViewSchema schema)
        => CertifierChain.Parts(model).Select(CallColumnOf).OfType<string>().Distinct().Select(name => schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>()
            .Where(column => column.Type == NumberDataViewType.Int32);

    private static string? CallColumnOf(ITransformer part) => part switch
    {
        SmoothedCertifierTransformer certifier => certifier.Options.SampleCountColumnName,
        SmoothedRegressorTransformer regressor => regressor.Options.SampleCountColumnName,
        _ => null,
    };

    private static CancellationToken TokenOf(ITransformer part) => part switch
    {
        SmoothedCertifierTransformer certifier => certifier.Options.CancellationToken,
        SmoothedRegressorTransformer regressor => regressor.Options.CancellationToken,
        _ => CancellationToken.None,
    };

    private static ITransformer CancelledBy(ITransformer part, CancellationToken cancellation) => part switch
    {
        SmoothedCertifierTransformer certifier => certifier.CancelledBy(cancellation),
        SmoothedRegressorTransformer regressor => regressor.CancelledBy(cancellation),
        _ => part,
    };
}
