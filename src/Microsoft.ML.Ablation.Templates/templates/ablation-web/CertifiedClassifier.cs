using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

/// <summary>A model with a bounded number of engines, because an engine serves one request at a time, and a bounded number of requests that wait for one.</summary>
internal sealed class CertifiedClassifier : IDisposable
{
    private readonly ITransformer _model;
    private readonly ConcurrentBag<PredictionEngine<Image, CertifiedImage>> _idle = [];
    private readonly ConcurrencyLimiter _limiter;
    private readonly string[] _classes;

    public CertifiedClassifier(MLContext ml, string path, int engines, int queue)
    {
        ITransformer loaded = ml.Model.Load(path, out DataViewSchema schema);
        // The label is for training: who asks has none.
        _model = loaded is IEnumerable<ITransformer> chain ? new TransformerChain<ITransformer>([.. chain.Where(part => part is not ValueToKeyMappingTransformer)]) : loaded;
        DataViewType input = schema[nameof(Image.Features)].Type;
        PixelCount = ((VectorDataViewType)input).Size;
        var images = SchemaDefinition.Create(typeof(Image));
        images[nameof(Image.Features)].ColumnType = input;
        for (int i = 0; i < engines; i++)
            _idle.Add(ml.Model.CreatePredictionEngine<Image, CertifiedImage>(_model, new PredictionEngineOptions { InputSchemaDefinition = images, OwnsTransformer = false }));
        VBuffer<ReadOnlyMemory<char>> names = default;
        _idle.First().OutputSchema["Votes"].GetSlotNames(ref names);
        _classes = [.. names.DenseValues().Select(name => name.ToString())];
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = engines, QueueLimit = queue });
    }

    /// <summary>The pixels of an image.</summary>
    public int PixelCount { get; }

    /// <summary>The answer for an image; null where too many requests wait.</summary>
    public async Task<Answer?> CertifyAsync(float[] pixels, CancellationToken cancellation)
    {
        using RateLimitLease permit = await _limiter.AcquireAsync(1, cancellation);
        // There are as many engines as permits.
        if (!permit.IsAcquired || !_idle.TryTake(out PredictionEngine<Image, CertifiedImage>? engine))
            return null;
        try
        {
            CertifiedImage row = engine.Predict(new Image { Features = pixels });
            return new Answer(row.PredictedLabel == 0 ? null : _classes[row.PredictedLabel - 1], row.CertifiedRadius < 0 ? null : row.CertifiedRadius);
        }
        finally
        {
            _idle.Add(engine);
        }
    }

    public void Dispose()
    {
        foreach (PredictionEngine<Image, CertifiedImage> engine in _idle)
            engine.Dispose();
        (_model as IDisposable)?.Dispose();
        _limiter.Dispose();
    }

    private sealed class Image
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class CertifiedImage
    {
        public uint PredictedLabel { get; set; }

        public int CertifiedRadius { get; set; }
    }
}
