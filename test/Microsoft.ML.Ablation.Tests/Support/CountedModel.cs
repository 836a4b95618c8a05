using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Support;

/// <summary>Certifiers of rows of eight values whose base classifier is any function of what is shown, and tells every call.</summary>
internal sealed class CountedModel(MLContext ml)
{
    /// <summary>The number of positions.</summary>
    public const int Positions = 8;

    /// <summary>The names of the classes.</summary>
    public static readonly string[] Names = ["ant", "bee", "cat"];

    private int _calls;

    /// <summary>Calls of the base classifier so far.</summary>
    public int Calls => _calls;

    /// <summary>Done with the number of each call.</summary>
    public Action<int> Called { get; set; } = _ => { };

    /// <summary>A fitted chain: the label as a key, then the certifier.</summary>
    /// <param name="ablation">How rows are ablated.</param>
    /// <param name="classify">The class of what is shown: 8 values, NaN where nothing is.</param>
    /// <param name="options">The options.</param>
    public TransformerChain<SmoothedCertifierTransformer> Fit<T>(IEstimator<T> ablation, Func<float[], string> classify, SmoothedCertifierOptions options)
        where T : class, ITransformer
    {
        IEstimator<ITransformer> answer = ml.Transforms.CustomMapping<Row, Said>((seen, said) =>
        {
            Called(Interlocked.Increment(ref _calls));
            said.Answer = classify(seen.Features);
        }, contractName: null).Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Answer", keyData: Keys()));
        return ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: Keys())
            .Append(ml.Transforms.SmoothedCertifier(((IEstimator<ITransformer>)ablation).Append(answer), options with { Threads = 1 })).Fit(Rows(4));
    }

    /// <summary>Rows of zeros and ones.</summary>
    public IDataView Rows(int count, int first = 0) => ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(MakeRow));

    /// <summary>The values of a row.</summary>
    public static float[] Values(int row) => [.. Enumerable.Range(0, Positions).Select(slot => (float)((row * 37 + slot * slot * 3 + slot * row) % 5 % 2))];

    private static Row MakeRow(int row) => new() { Features = Values(row), Name = Names[row % 3] };

    private IDataView Keys() => ml.Data.LoadFromEnumerable(Names.Select(name => new ClassName { Value = name }));

    private sealed class Row
    {
        public string Name { get; set; } = "";

        [VectorType(Positions)]
        public float[] Features { get; set; } = [];
    }

    private sealed class ClassName
    {
        public string Value { get; set; } = "";
    }

    private sealed class Said
    {
        public string Answer { get; set; } = "";
    }
}
