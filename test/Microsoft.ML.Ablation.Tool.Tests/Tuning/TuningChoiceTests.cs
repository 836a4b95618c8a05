using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Tuning;

namespace Microsoft.ML.Ablation.Tool.Tests.Tuning;

[TestClass]
public class TuningChoiceTests
{
    private static readonly TunedTraining s_training = new(new TrainingSettings(), "network.zip", 1);

    /// <summary>Ten rows: so many are right, and these have certificates with these radii.</summary>
    private static TuningCandidate Candidate(int k, int right, params int[] radii) => new(s_training, k, CertificationRule.Gap,
        CertifiedMetrics.From(Enumerable.Range(0, 10).Select(row => new CertifiedOutcome(row < right, false, row < radii.Length ? radii[row] : -1))), "run");

    [TestMethod]
    public void The_frontier_is_what_no_other_dominates()
    {
        TuningCandidate accurate = Candidate(1, 9, 2, 2, 2, 2, 2, 2), robust = Candidate(2, 7, 5, 5, 5, 5, 5, 5), twin = Candidate(3, 7, 5, 5, 5, 5, 5, 5),
            dominated = Candidate(4, 7, 4, 4, 4, 4, 4, 4), uncertified = Candidate(5, 9, 3, 3), best = Candidate(6, 10);
        int[] frontier = [.. TuningChoice.WithFrontier([accurate, robust, twin, dominated, uncertified, best]).Where(candidate => candidate.IsOnFrontier)
            .Select(candidate => candidate.RetainedPixels!.Value)];
        CollectionAssert.AreEqual((int[])[1, 2, 3, 6], frontier);
    }

    [TestMethod]
    public void The_largest_mean_radius_of_what_is_accurate_enough_is_chosen()
    {
        TuningCandidate accurate = Candidate(1, 10, 2, 2, 2, 2, 2, 2), robust = Candidate(2, 8, 5, 5, 5, 5, 5, 5), most = Candidate(3, 6, 9, 9, 9, 9, 9, 9);
        TuningCandidate[] all = [accurate, robust, most];
        Assert.AreEqual(accurate, TuningChoice.Best(all, null));
        Assert.AreEqual(robust, TuningChoice.Best(all, 0.8));
        Assert.AreEqual(most, TuningChoice.Best(all, 0));
        Assert.IsNull(TuningChoice.Best([robust, most], 0.9));
    }

    [TestMethod]
    public void A_wrong_row_adds_nothing_to_the_mean_radius()
    {
        TuningCandidate candidate = Candidate(1, 2, 4, 2, 9, 9);
        Assert.AreEqual(0.6, candidate.MeanCertifiedRadius, 1e-12);
        Assert.IsNull(candidate.MedianCertifiedRadius);
    }

    [TestMethod]
    public void Commands_name_what_was_done()
    {
        Assert.AreEqual("ablation certify --data 'my photos' --model network.zip --k 7 --adaptive --rule Gap", Candidate(7, 5).CertifyCommand(" --data 'my photos'"));
        var settings = new TrainingSettings
        {
            Ablations = new RandomAblationChoice(34),
            Seed = 3,
            TrainRows = 5000,
            Crop = 4,
            Flip = true,
            Trainer = { RetainedSpread = 2.5, Epochs = 7, MixedPrecision = true },
        };
        Assert.AreEqual("ablation train --k 34 --retained-spread 2.5 --network NormalizedConvolutional --epochs 7 --train-rows 5000 --crop 4 --flip --mixed-precision --seed 3 --out a.zip",
            new TunedTraining(settings, "a.zip", 1).TrainCommand(""));
    }
}
