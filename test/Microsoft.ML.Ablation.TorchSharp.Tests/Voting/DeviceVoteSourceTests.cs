using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Voting;

/// <summary>The code for GPUs runs on the processor too, where its votes must be those of the code for processors.</summary>
[TestClass]
public sealed class DeviceVoteSourceTests
{
    private const int K = 45;
    private static readonly NetworkArchitecture s_architecture = NetworkArchitecture.Of(ImageNetwork.Convolutional);
    private static readonly NetworkShape Shape = new(2, 28, 28, 10);
    private static readonly AblationEncoder Encoder = MakeEncoder();
    private static readonly float[] Image = [.. Enumerable.Range(0, 784).Select(i => i * 37 % 256 / 255f)];
    private static readonly AblationKey Key = AblationKey.Compute(5, Image);

    private static AblationEncoder MakeEncoder()
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, 1, 28, 28);
        return new AblationEncoder("Features", FeatureLayout.Resolve("Features", type, null, AblationLayout.Planar),
            AblationEncoding.Complement, null, normalizedInput: false);
    }

    private static NetworkVoter Voter(ScalarType precision, Device? device = null, int retainedCount = K)
    {
        // Larger than first weights are, so that the network is not of one mind.
        float[][] weights = [.. s_architecture.FirstWeights(Shape, 2)
            .Select(values => Array.ConvertAll(values, value => 4 * value))];
        using AblationNetwork network = s_architecture.Create(Shape, weights, device ?? CPU);
        return new NetworkVoter(network.ToScoring(precision), Encoder, retainedCount);
    }

    private static string Text(int[][] votes) => string.Join(" | ", votes.Select(range => string.Join(',', range)));

    [TestMethod]
    [DataRow(ScalarType.Float32, Ballot.Plurality)]
    [DataRow(ScalarType.BFloat16, Ballot.Plurality)]
    [DataRow(ScalarType.Float32, Ballot.Contests)]
    public void Votes_are_those_of_the_streams_of_a_processor(ScalarType precision, object counted)
    {
        var ballot = (Ballot)counted;
        using var device = new DeviceVoteSource(Voter(precision), 125);
        using var processor = Voter(precision).CreateCpuSource(125, streams: 2);
        // Whole batches, parts of them, answers left over from the call before, and another row between.
        SampleRange[][] calls =
        [
            [new(AblationStage.Selection, 0, 130), new(AblationStage.Estimation, 0, 250)],
            [new(AblationStage.Estimation, 250, 30)],
            [new(AblationStage.Estimation, 280, 300)],
            [new(AblationStage.Prediction, 60, 3)],
        ];
        foreach (SampleRange[] ranges in calls)
        {
            int[][] expected = processor.CountVotes(Image, Key, ranges, ballot);
            Assert.AreEqual(Text(expected), Text(device.CountVotes(Image, Key, ranges, ballot)));
        }
        Assert.IsGreaterThan(2, processor.CountVotes(Image, Key, calls[0])[1].Count(votes => votes > 0), "unanimous votes would prove little");
        float[] other = [.. Image.Select(value => 1 - value)];
        AblationKey otherKey = AblationKey.Compute(5, other);
        Assert.AreEqual(Text(processor.CountVotes(other, otherKey, calls[0], ballot)), Text(device.CountVotes(other, otherKey, calls[0], ballot)));
    }

    [TestMethod]
    public void All_ablations_are_counted_once()
    {
        using var device = new DeviceVoteSource(Voter(ScalarType.Float32, retainedCount: 1), 125);
        using var processor = Voter(ScalarType.Float32, retainedCount: 1).CreateCpuSource(125, streams: 2);
        SampleRange[] all = [new(AblationStage.Exact, 0, 784)];
        int[][] votes = device.CountVotes(Image, Key, all);
        Assert.AreEqual(784, votes[0].Sum());
        Assert.AreEqual(Text(processor.CountVotes(Image, Key, all)), Text(votes));
    }

    [TestMethod]
    public void More_batches_than_are_in_flight_overwrite_nothing()
    {
        using var device = new DeviceVoteSource(Voter(ScalarType.Float32), 4);
        using var processor = Voter(ScalarType.Float32).CreateCpuSource(4, streams: 2);
        SampleRange[] ranges = [new(AblationStage.Estimation, 0, 600)];
        Assert.AreEqual(Text(processor.CountVotes(Image, Key, ranges)), Text(device.CountVotes(Image, Key, ranges)));
    }

    [TestMethod]
    public void Its_tensors_are_freed_and_their_number_stays_flat()
    {
        long before = Tensor.TotalCount;
        var source = DeviceVoteSource.Create(Voter(ScalarType.Float32), memoryLimit: 20L << 20);
        SampleRange[] ranges = [new(AblationStage.Estimation, 0, 300)];
        source.CountVotes(Image, Key, ranges);
        long tensors = Tensor.TotalCount;
        for (int i = 0; i < 5; i++)
            source.CountVotes(Image, Key, ranges);
        Assert.AreEqual(tensors, Tensor.TotalCount);
        source.Dispose();
        source.Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
        Assert.ThrowsExactly<ObjectDisposedException>(() => source.CountVotes(Image, Key, ranges));
    }

    [TestMethod]
    public void A_limit_below_one_sample_is_refused()
    {
        using NetworkVoter voter = Voter(ScalarType.Float32);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DeviceVoteSource.Create(voter, memoryLimit: 1_000));
    }

    /// <summary>Both sum in float32 but in another order, so nearly equal scores may be ranked differently: at most 1 vote in 200 here.</summary>
    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Votes_on_a_GPU_are_those_of_the_processor_but_for_near_ties(ScalarType precision)
    {
        TorchRuntime.EnsureLoaded();
        if (!cuda.is_available())
            Assert.Inconclusive("torch finds no CUDA device; build with -p:TorchBackend=cuda-linux or cuda-windows on a machine that has one.");
        using var device = DeviceVoteSource.Create(Voter(precision, CUDA), memoryLimit: null);
        using var processor = Voter(precision).CreateCpuSource(125, streams: 2);
        SampleRange[] ranges = [new(AblationStage.Estimation, 0, 10_000)];
        int[] expected = processor.CountVotes(Image, Key, ranges)[0], votes = device.CountVotes(Image, Key, ranges)[0];
        Assert.AreEqual(10_000, votes.Sum());
        int differing = expected.Zip(votes, (left, right) => Math.Abs(left - right)).Sum() / 2;
        Assert.IsLessThanOrEqualTo(50, differing);
    }
}
