using System.Diagnostics;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>The floor: the network's forward pass on ablations that are there already, and nothing else.</summary>
internal static class ForwardLoop
{
    /// <summary>Samples per second, over all streams: one per core on a processor, one on a GPU.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="batchSize">Samples per forward pass.</param>
    /// <param name="passes">Forward passes in each stream.</param>
    public static double Measure(BenchSubject subject, int batchSize, int passes)
    {
        ScoringNetwork network = subject.Network;
        bool onCpu = network.Device.type == global::TorchSharp.DeviceType.CPU;
        int streams = onCpu ? Environment.ProcessorCount : 1;
        int operatorThreads = get_num_threads();
        using var ready = new Barrier(streams + 1);
        Thread[] threads = [.. Enumerable.Range(0, streams).Select(_ => new Thread(() => Run(subject, batchSize, passes, ready)))];
        foreach (Thread thread in threads)
            thread.Start();
        ready.SignalAndWait();
        set_num_threads(operatorThreads);
        ready.SignalAndWait();
        var watch = Stopwatch.StartNew();
        foreach (Thread thread in threads)
            thread.Join();
        return (double)streams * passes * batchSize / watch.Elapsed.TotalSeconds;
    }

    private static void Run(BenchSubject subject, int batchSize, int passes, Barrier ready)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor pixels = Ablations(subject, batchSize).to(subject.Network.Device);
        Pass(subject.Network, pixels);
        ready.SignalAndWait();
        ready.SignalAndWait();
        for (int i = 0; i < passes; i++)
            Pass(subject.Network, pixels);
        if (subject.Network.Device.type == global::TorchSharp.DeviceType.CUDA)
            cuda.synchronize(subject.Network.Device);
    }

    private static void Pass(ScoringNetwork network, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        network.Forward(pixels);
    }

    private static Tensor Ablations(BenchSubject subject, int batchSize)
    {
        float[] image = new float[subject.Image.Values];
        var encoded = new float[2 * image.Length];
        subject.Encoder.EncodeAll(image, encoded);
        var sampler = new SubsetSampler(subject.Image.Positions, subject.RetainedPixels);
        var samples = new float[batchSize * encoded.Length];
        for (int i = 0; i < batchSize; i++)
        {
            ReadOnlySpan<int> retained = sampler.Sample(BenchSubject.KeyOf(image), AblationStage.View, (uint)i);
            subject.Encoder.Ablate(encoded, retained, samples.AsSpan(i * encoded.Length, encoded.Length));
        }
        Tensor images = TensorMemory.Copy<float>(samples, [batchSize, subject.Network.Shape.Channels, subject.Image.Height, subject.Image.Width],
            ScalarType.Float32, CPU);
        return images.permute(0, 2, 3, 1).contiguous().to(subject.Network.Precision);
    }
}
