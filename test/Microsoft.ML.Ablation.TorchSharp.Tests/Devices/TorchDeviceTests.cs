namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class TorchDeviceTests
{
    private static MLContext ContextFor(bool fallback, List<string> log)
    {
        var ml = new MLContext(seed: 1) { GpuDeviceId = 99, FallbackToCpu = fallback };
        ml.Log += (_, e) => log.Add(e.Message);
        return ml;
    }

    [TestMethod]
    public void A_device_that_is_not_there_is_refused_with_the_remedy()
    {
        MLContext ml = ContextFor(fallback: false, []);
        IDataView data = ToyImages.ToView(ml, ToyImages.Make(30));
        var trainer = ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1));
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(data));
        StringAssert.Contains(e.Message, "GpuDeviceId is 99");
        StringAssert.Contains(e.Message, "FallbackToCpu");
    }

    [TestMethod]
    public void With_fallback_the_processor_is_used_and_said()
    {
        var log = new List<string>();
        MLContext ml = ContextFor(fallback: true, log);
        IDataView data = ToyImages.ToView(ml, ToyImages.Make(30));
        using var model = ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1)).Fit(data);
        Assert.IsTrue(log.Any(line => line.Contains("Device: CPU", StringComparison.Ordinal) && line.Contains("99", StringComparison.Ordinal)));
    }
}
