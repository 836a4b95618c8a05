using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Tool.Serving;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>A model that answers a row only when a test lets it, and counts what it was asked.</summary>
internal sealed class PatientModel : ServedModel
{
    private readonly SemaphoreSlim _permits = new(1);
    private int _begun;

    /// <summary>Rows that were begun, without the one before the start.</summary>
    public int Begun => Volatile.Read(ref _begun) - 1;

    public override string Kind => "table";

    public override ServedQuestion Blank => new([]);

    public override int MostRowBytes => 1_000;

    public override string RowText => "anything";

    /// <summary>Lets some rows be answered.</summary>
    public void Allow(int rows) => _permits.Release(rows);

    public override ServedQuestion Read(JsonElement row, string place) => new([]);

    public override ServedEngine MakeEngine() => new Engine(this);

    public override JsonObject Describe() => [];

    public override JsonObject RowSchema() => [];

    public override JsonObject AnswerSchema() => [];

    public override void Dispose()
    {
        base.Dispose();
        _permits.Dispose();
    }

    private sealed class Engine(PatientModel model) : ServedEngine
    {
        public override JsonObject Ask(ServedQuestion question, int ablations)
        {
            Interlocked.Increment(ref model._begun);
            model._permits.Wait();
            return [];
        }

        public override JsonObject Explain(ServedQuestion question, CancellationToken cancellation) => [];

        public override void Dispose()
        {
        }
    }
}
