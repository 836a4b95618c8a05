using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>What tests of networks with averaged scores ask of them.</summary>
internal static class ScoreTwins
{
    /// <summary>Scores are those expected, but for a share of the largest.</summary>
    public static void AreEqual(Tensor expected, Tensor found, double tolerance)
    {
        CollectionAssert.AreEqual(expected.shape, found.shape);
        double scale = expected.abs().max().item<float>();
        Assert.IsLessThanOrEqualTo(tolerance * scale, (double)(expected - found).abs().max().item<float>());
    }

    /// <summary>How many votes of all rows went to another class.</summary>
    public static int Different(int[][] a, int[][] b) => a.Zip(b, (x, y) => x.Zip(y, (i, j) => Math.Abs(i - j)).Sum() / 2).Sum();

    /// <summary>The certifier after a file, which certifies the rows alike; the caller disposes it.</summary>
    public static SmoothedCertifierTransformer SavedAndLoaded(MLContext ml, SmoothedCertifierTransformer certifier, IDataView rows)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(certifier, rows.Schema, stream);
        stream.Position = 0;
        var loaded = (SmoothedCertifierTransformer)ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(CertifiedToys.Text(ml, certifier.Transform(rows)), CertifiedToys.Text(ml, loaded.Transform(rows)));
        return loaded;
    }
}
