using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class ModelFileTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static byte[] s_file = [];
    private static DataViewSchema s_schema = null!;
    private static float[][] s_scores = [];
    private static IDataView s_data = null!;

    [ClassInitialize]
    public static void TrainAndSave(TestContext _)
    {
        s_data = ToyImages.ToView(Ml, ToyImages.Make(50));
        s_schema = s_data.Schema;
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(2)).Fit(s_data);
        s_scores = Scores(model);
        using var stream = new MemoryStream();
        Ml.Model.Save(model, s_schema, stream);
        s_file = stream.ToArray();
    }

    private static float[][] Scores(ITransformer model) => [.. model.Transform(s_data).GetColumn<float[]>("Score")];

    private static void AreEqual(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    /// <summary>The file with one of its entries changed; null removes it.</summary>
    private static MemoryStream Changed(string entryName, Func<byte[], byte[]?> change)
    {
        var changed = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(s_file)))
        using (var target = new ZipArchive(changed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using var content = new MemoryStream();
                using (Stream stream = entry.Open())
                    stream.CopyTo(content);
                byte[]? bytes = entry.FullName.EndsWith(entryName, StringComparison.Ordinal) ? change(content.ToArray()) : content.ToArray();
                if (bytes is null)
                    continue;
                using Stream written = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                written.Write(bytes);
            }
        }
        changed.Position = 0;
        return changed;
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 0x40;
        return bytes;
    }

    private static string RefusalOf(Stream file)
    {
        Exception e = Assert.Throws<Exception>(() => new MLContext().Model.Load(file, out _));
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is FormatException)
                return cause.Message;
        }
        Assert.Fail($"No FormatException, but {e}");
        return "";
    }

    [TestMethod]
    public void Two_loads_give_the_same_scores_and_live_side_by_side()
    {
        ITransformer first = new MLContext().Model.Load(new MemoryStream(s_file), out _);
        ITransformer second = new MLContext().Model.Load(new MemoryStream(s_file), out _);
        AreEqual(s_scores, Scores(first));
        ((IDisposable)first).Dispose();
        AreEqual(s_scores, Scores(second));
        ((IDisposable)second).Dispose();
    }

    [TestMethod]
    public void Saving_a_loaded_model_gives_the_same_model()
    {
        using var stream = new MemoryStream();
        ITransformer loaded = Ml.Model.Load(new MemoryStream(s_file), out DataViewSchema schema);
        Ml.Model.Save(loaded, schema, stream);
        stream.Position = 0;
        ITransformer again = Ml.Model.Load(stream, out _);
        AreEqual(s_scores, Scores(again));
        ((IDisposable)loaded).Dispose();
        ((IDisposable)again).Dispose();
    }

    [TestMethod]
    public void Disposing_twice_is_fine_and_scoring_after_it_says_so()
    {
        ITransformer model = Ml.Model.Load(new MemoryStream(s_file), out _);
        ((IDisposable)model).Dispose();
        ((IDisposable)model).Dispose();
        Exception e = Assert.Throws<Exception>(() => Scores(model));
        Assert.IsTrue(e is ObjectDisposedException || e.InnerException is ObjectDisposedException, e.ToString());
    }

    [TestMethod]
    public void Flipped_cut_and_missing_weights_are_refused_by_name()
    {
        StringAssert.Contains(RefusalOf(Changed("Weights", bytes => Flip(bytes, bytes.Length - 9))), "'Weights' does not have the checksum");
        StringAssert.Contains(RefusalOf(Changed("Weights", bytes => bytes[..^1])), "'Weights' has");
        StringAssert.Contains(RefusalOf(Changed("Weights", bytes => [])), "'Weights' has 0 bytes");
        StringAssert.Contains(RefusalOf(Changed("Weights", _ => null)), "'Weights' is missing");
    }

    [TestMethod]
    public void Bytes_damaged_inside_the_archive_are_refused()
    {
        // In the middle of the packed weights, which are by far the largest part of the file.
        byte[] damaged = (byte[])s_file.Clone();
        for (int i = 0; i < 64; i++)
            damaged[damaged.Length / 2 + i] ^= 0x55;
        StringAssert.Contains(RefusalOf(new MemoryStream(damaged)), "'Weights'");
    }

    [TestMethod]
    public void Damaged_numbers_in_the_main_stream_never_give_a_model()
    {
        // Bytes all over the model block, flipped: an exception, and never an allocation of what the damaged number says.
        string entry = Path.Combine("Model", "Model.key").Replace('\\', '/');
        int length = 0;
        Changed(entry, bytes => { length = bytes.Length; return bytes; });
        Assert.IsGreaterThan(0, length);
        for (int i = 0; i < length; i += 3)
        {
            int at = i;
            using MemoryStream file = Changed(entry, bytes => Flip(bytes, at));
            try
            {
                ITransformer model = new MLContext().Model.Load(file, out _);
                AreEqual(s_scores, Scores(model));
                ((IDisposable)model).Dispose();
            }
            catch (Exception e) when (e is not (OutOfMemoryException or AccessViolationException or AssertFailedException))
            {
                // Refused.
            }
        }
    }

    [TestMethod]
    public void Thousands_of_predictions_leave_the_number_of_tensors_as_it_was()
    {
        ITransformer model = Ml.Model.Load(new MemoryStream(s_file), out _);
        using var engine = Ml.Model.CreatePredictionEngine<ToyImages.Planar, ToyImages.Prediction>(
            model.Append(Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(s_data))));
        ToyImages.Planar[] images = ToyImages.Make(50);
        var prediction = new ToyImages.Prediction();
        engine.Predict(images[0], ref prediction);
        long before = global::TorchSharp.torch.Tensor.TotalCount;
        for (int i = 0; i < 2000; i++)
        {
            engine.Predict(images[i % 50], ref prediction);
            if (i < 50)
                CollectionAssert.AreEqual(s_scores[i], prediction.Score);
        }
        Assert.AreEqual(before, global::TorchSharp.torch.Tensor.TotalCount);
        ((IDisposable)model).Dispose();
    }
}
