namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>How a model is served.</summary>
/// <param name="ModelName">The name of the model, for the page.</param>
internal sealed record ServeSettings(string ModelName)
{
    /// <summary>Where the service listens. A port of 0 is a free one.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [new("http://127.0.0.1:5000")];

    /// <summary>Requests that are certified at once, at least 1.</summary>
    public int Engines { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that may wait for an engine before others are refused, at least 0.</summary>
    public int Queue { get; init; } = 64;

    /// <summary>How long a client may take to send a request, and then the service to answer it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most rows of one request.</summary>
    public int MostRows { get; init; } = 100;

    /// <summary>The most ablations that an answer shows.</summary>
    public int MostAblations { get; init; } = 32;

    /// <summary>Whether only programs of this machine reach the service.</summary>
    public bool IsLocal => Addresses.All(address => address.IsLoopback);

    /// <summary>The time in words.</summary>
    public string TimeoutText => FormattableString.Invariant($"{Timeout.TotalSeconds} s");
}
