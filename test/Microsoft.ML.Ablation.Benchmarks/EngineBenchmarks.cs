using BenchmarkDotNet.Attributes;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Bench;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Benchmarks;

/// <summary>1,000 votes for one image of MNIST's shape, k = 45, by the engine and by the paper's loop; and the parts of the engine.</summary>
public class EngineBenchmarks
{
    private const int Votes = 1_000, BatchSize = 125;

    private BenchSubject _subject = null!;
    private NetworkVoter _voter = null!;
    private IVoteSource _engine = null!;
    private AblationNetwork _trained = null!;
    private PaperLoop _paper = null!;
    private AblatedBatch _batch = null!;
    private EncodedRow _row = null!;
    private float[] _image = [];
    private AblationKey _key;
    private uint _sample;

    [Params(ScoringPrecision.BFloat16, ScoringPrecision.Float32)]
    public ScoringPrecision Precision { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.EnsureLoaded();
        _subject = BenchSubject.Mnist(Precision.ToScalarType(), CPU);
        _voter = _subject.MakeVoter();
        _engine = _subject.MakeVoter().CreateSource(memoryLimit: null);
        _trained = BenchSubject.MakeMnistNetwork(CPU);
        _paper = new PaperLoop(_trained, _subject.RetainedPixels);
        _image = _subject.NextImage();
        _key = BenchSubject.KeyOf(_image);
        _row = _voter.EncodeRow(_image);
        _batch = new AblatedBatch(_voter, BatchSize);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _batch.Dispose();
        _paper.Dispose();
        _trained.Dispose();
        _engine.Dispose();
        _voter.Dispose();
        _subject.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int[][] Engine() => _engine.CountVotes(_image, _key, [new(AblationStage.Estimation, 0, Votes)]);

    [Benchmark]
    public float[][] Paper() => _paper.VoteShares([_image], Votes);

    /// <summary>Draws and writes one batch; what the engine does beside the forward pass.</summary>
    [Benchmark]
    public void FillOneBatch() => _batch.Fill(_row, _key, new VoteBatch(0, AblationStage.Estimation, _sample += BatchSize, 0, BatchSize));

    [Benchmark]
    public void ForwardOneBatch()
    {
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        _voter.Network.Forward(_batch.Pixels);
    }
}
