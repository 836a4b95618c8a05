#!/usr/bin/env dotnet
// An engine of your own: counts votes by what it likes, here by the retained pixels alone and without torch. It uses the public interface only.
//   dotnet run docs/samples/own-engine.cs
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView train = ml.Data.LoadGeneratedDigits(2_000, seed: 1), test = ml.Data.LoadGeneratedDigits(50, seed: 2);

ITransformer ablation = ml.Transforms.RandomAblation(k: 150).Fit(train);
var centroids = new CentroidModel([.. train.GetColumn<float[]>("Features")], [.. train.GetColumn<string>("Label").Select(int.Parse)]);
var baseClassifier = new TransformerChain<ITransformer>(ablation, new CentroidTransformer(centroids, "Features", train.Schema["Features"].Type));

var labels = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
IDataView keyed = labels.Fit(train).Transform(test);
IDataView report = ml.Transforms.SmoothedCertifier(baseClassifier, SmoothedCertifierOptions.Paper with { Seed = 3 }).Fit(keyed).Transform(keyed);
int[] truth = [.. test.GetColumn<string>("Label").Select(int.Parse)];
uint[] answers = [.. report.GetColumn<uint>("PredictedLabel")];
int[] radii = [.. report.GetColumn<int>("CertifiedRadius")];
Console.WriteLine($"accuracy {truth.Zip(answers).Count(row => row.First + 1 == row.Second) / (double)truth.Length:P0}, largest certified radius {radii.Max()}");

/// <summary>Classifies by the nearest mean image, over the pixels that it is shown.</summary>
internal sealed class CentroidModel : IAblationClassifier
{
    private readonly float[][] _means;

    public CentroidModel(float[][] images, int[] labels)
        => _means = [.. Enumerable.Range(0, 10).Select(label => Mean([.. images.Where((_, i) => labels[i] == label)]))];

    public int ClassCount => _means.Length;

    public IVoteSource CreateVoteSource(AblationEncoder encoder, int retainedCount, long? memoryLimit, int? threads = null)
        => new CentroidVotes(this, new SubsetSampler(encoder.Positions, retainedCount));

    public void Score(ReadOnlySpan<float> image, ReadOnlySpan<int> retained, Span<float> scores)
    {
        for (int label = 0; label < scores.Length; label++)
        {
            float distance = 0;
            foreach (int position in retained)
            {
                float difference = image[position] - _means[label][position];
                distance += difference * difference;
            }
            scores[label] = -distance;
        }
    }

    private static float[] Mean(float[][] images) => [.. Enumerable.Range(0, images[0].Length).Select(i => images.Average(image => image[i]))];
}

/// <summary>Votes of the model: a function of row, key, stage and sample alone, so that they add up over threads and machines.</summary>
internal sealed class CentroidVotes(CentroidModel model, SubsetSampler sampler) : IVoteSource
{
    public int ClassCount => model.ClassCount;

    public int SamplesAtOnce => 1;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
        => [.. ranges.Select(range => Count(planar.Span, key, range, ballot))];

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
        => [.. samples.ToArray().Select(sample => Array.IndexOf(Count(planar.Span, key, new SampleRange(stage, sample, 1), Ballot.Plurality), 1))];

    public void Dispose()
    {
    }

    private int[] Count(ReadOnlySpan<float> image, AblationKey key, SampleRange range, Ballot ballot)
    {
        var counts = new int[ballot.CountLength(ClassCount)];
        Span<int> retained = new int[sampler.K];
        Span<float> scores = new float[ClassCount];
        for (uint i = 0; i < range.Count; i++)
        {
            sampler.Sample(key, range.Stage, range.First + i, retained);
            model.Score(image, retained, scores);
            ballot.Add(scores, counts);
        }
        return counts;
    }
}

/// <summary>The model as a part of a chain: it says which column it reads, and that it answers a class and a score for each. Certifiers ask the model itself.</summary>
internal sealed class CentroidTransformer(CentroidModel model, string column, DataViewType type) : ISingleFeaturePredictionTransformer<CentroidModel>
{
    public CentroidModel Model => model;

    public string FeatureColumnName => column;

    public DataViewType FeatureColumnType => type;

    public bool IsRowToRowMapper => false;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        schema.AddColumn("Score", new VectorDataViewType(NumberDataViewType.Single, model.ClassCount));
        schema.AddColumn("PredictedLabel", new KeyDataViewType(typeof(uint), model.ClassCount));
        return schema.ToSchema();
    }

    public IDataView Transform(IDataView input) => throw new NotSupportedException("The certifier asks the model for votes.");

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException("The certifier asks the model for votes.");

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("Give the model a format of your own.");
}
