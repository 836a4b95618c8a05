using System.Numerics;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>
/// Votes counted slowly and obviously, from the definitions: what the engine must equal. It shares the network and the shape of
/// a batch with the engine, and nothing else.
/// </summary>
internal static class PlainVotes
{
    /// <summary>Votes per class.</summary>
    /// <param name="subject">The network and k.</param>
    /// <param name="image">Channel-major, in [0, 1].</param>
    /// <param name="range">The samples; the first is a multiple of <paramref name="batchSize"/>.</param>
    /// <param name="batchSize">Samples per forward pass.</param>
    public static int[] Count(BenchSubject subject, float[] image, SampleRange range, int batchSize)
    {
        var votes = new int[subject.Network.Shape.Classes];
        int d = subject.Image.Positions, channels = subject.Image.Channels;
        AblationKey key = BenchSubject.KeyOf(image);
        for (uint first = range.First; first < range.First + range.Count; first += (uint)batchSize)
        {
            using var scope = NewDisposeScope();
            using IDisposable inference = inference_mode();
            var samples = new float[batchSize * 2 * channels * d];
            for (int slot = 0; slot < batchSize; slot++)
            {
                int start = slot * 2 * channels * d;
                foreach (int position in Draw(d, subject.RetainedPixels, key, range.Stage, first + (uint)slot))
                {
                    for (int channel = 0; channel < channels; channel++)
                    {
                        float value = image[channel * d + position];
                        samples[start + channel * d + position] = value;
                        samples[start + (channels + channel) * d + position] = 1 - value;
                    }
                }
            }
            Tensor images = TensorMemory.Copy<float>(samples, [batchSize, 2 * channels, subject.Image.Height, subject.Image.Width],
                ScalarType.Float32, CPU);
            Tensor pixels = images.permute(0, 2, 3, 1).contiguous().to(subject.Network.Precision).to(subject.Network.Device);
            float[] scores = TensorMemory.Read(subject.Network.Forward(pixels));
            for (int slot = 0; slot < batchSize && first + slot < range.First + range.Count; slot++)
            {
                float[] own = scores[(slot * votes.Length)..((slot + 1) * votes.Length)];
                votes[Array.IndexOf(own, own.Max())]++;
            }
        }
        return votes;
    }

    /// <summary>Floyd's algorithm over Philox words, for k up to d/2, as <see cref="SubsetSampler"/> defines it.</summary>
    private static List<int> Draw(int d, int k, AblationKey key, AblationStage stage, uint sample)
    {
        var drawn = new List<int>();
        var words = new Queue<uint>();
        uint block = 0;
        for (int j = d - k; j < d; j++)
        {
            BigInteger product, bound = j + 1;
            do
            {
                if (words.Count == 0)
                {
                    uint a = block++, b = sample, c = (uint)stage, e = key.CounterWord;
                    Philox4x32.Block(ref a, ref b, ref c, ref e, key.Key0, key.Key1);
                    foreach (uint word in new[] { a, b, c, e })
                        words.Enqueue(word);
                }
                product = words.Dequeue() * bound;
            }
            while (product % (1L << 32) < (1L << 32) % bound);
            int position = (int)(product >> 32);
            drawn.Add(drawn.Contains(position) ? j : position);
        }
        return drawn;
    }
}
