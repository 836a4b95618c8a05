using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A model that answers requests: how rows are asked about, who answers, and what the page shows of it.</summary>
internal abstract class ServedModel : IDisposable
{
    /// <summary>The kind of rows, a word that the page knows.</summary>
    public abstract string Kind { get; }

    /// <summary>A row that any model of this kind takes.</summary>
    public abstract ServedQuestion Blank { get; }

    /// <summary>The most bytes of a row in the body of a request.</summary>
    public abstract int MostRowBytes { get; }

    /// <summary>What a row must be, in words that follow "give".</summary>
    public abstract string RowText { get; }

    /// <summary>Rows to choose from; null for none.</summary>
    public ServedExamples? Examples { get; set; }

    /// <summary>Reads a row of a request.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Where it stands, for messages: "" or "rows[3]: ".</param>
    /// <exception cref="RefusedRequestException">It is none that the model takes.</exception>
    public abstract ServedQuestion Read(JsonElement row, string place);

    /// <summary>Somebody who answers; the caller disposes it before this.</summary>
    public abstract ServedEngine MakeEngine();

    /// <summary>What programs and the page need to know of the model.</summary>
    public abstract JsonObject Describe();

    /// <summary>The schema of a row, as OpenAPI has it.</summary>
    public abstract JsonObject RowSchema();

    /// <summary>The schema of an answer.</summary>
    public abstract JsonObject AnswerSchema();

    public virtual void Dispose() => Examples?.Dispose();
}
