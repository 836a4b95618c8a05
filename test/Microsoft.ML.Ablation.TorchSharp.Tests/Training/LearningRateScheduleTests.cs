namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class LearningRateScheduleTests
{
    private const int Epochs = 40;

    /// <summary>Every sixteenth of an epoch; exact in binary, so that a formula and the schedule see the same number.</summary>
    private static readonly double[] Times = [.. Enumerable.Range(0, 16 * Epochs + 1).Select(step => step / 16.0)];

    private static void Follows(LearningRateSchedule schedule, Func<double, double> expected, double tolerance)
    {
        foreach (double time in Times)
            Assert.AreEqual(expected(time), schedule.FactorAt(time, Epochs), tolerance, $"{schedule} at {time}");
    }

    // The cosines of the tests are squares, cos²(x / 2) = (1 + cos x) / 2, so that they are other expressions than those tested.
    private static double Down(double share) => Math.Pow(Math.Cos(Math.PI / 2 * share), 2);

    [TestMethod]
    public void Constant_is_1() => Follows(LearningRateSchedule.Constant, _ => 1, 0);

    [TestMethod]
    public void A_cosine_falls_from_1_to_0()
    {
        Follows(LearningRateSchedule.Cosine, time => Down(time / 40), 1e-15);
        Assert.AreEqual(1, LearningRateSchedule.Cosine.FactorAt(0, Epochs));
        Assert.AreEqual(0.5, LearningRateSchedule.Cosine.FactorAt(20, Epochs), 1e-16);
        Assert.AreEqual(0, LearningRateSchedule.Cosine.FactorAt(40, Epochs));
    }

    [TestMethod]
    public void One_cycle_rises_and_falls()
    {
        // 0.04 at 0, 1 at 12 of 40, a straight line between.
        Follows(LearningRateSchedule.OneCycle(), time => time < 12 ? 0.04 + 0.08 * time : Down((time - 12) / 28), 1e-15);
        Assert.AreEqual(1.0 / 25, LearningRateSchedule.OneCycle().FactorAt(0, Epochs));
        Assert.AreEqual(1, LearningRateSchedule.OneCycle().FactorAt(12, Epochs));
        Assert.AreEqual(0, LearningRateSchedule.OneCycle().FactorAt(40, Epochs));
        Follows(LearningRateSchedule.OneCycle(0.25, 0.5), time => time < 10 ? 0.5 + 0.05 * time : Down((time - 10) / 30), 1e-15);
        Follows(LearningRateSchedule.OneCycle(0, 0.5), time => LearningRateSchedule.Cosine.FactorAt(time, Epochs), 0);
    }

    [TestMethod]
    public void Milestones_multiply_by_their_factor_from_their_epoch_on()
    {
        LearningRateSchedule schedule = LearningRateSchedule.MultiStep(0.5, 7, 8, 30);
        Follows(schedule, time => time < 7 ? 1 : time < 8 ? 0.5 : time < 30 ? 0.25 : 0.125, 0);
        foreach ((int milestone, double before, double after) in new[] { (7, 1, 0.5), (8, 0.5, 0.25), (30, 0.25, 0.125) })
        {
            Assert.AreEqual(before, schedule.FactorAt(Math.BitDecrement(milestone), Epochs));
            Assert.AreEqual(after, schedule.FactorAt(milestone, Epochs));
        }
        Follows(LearningRateSchedule.MultiStep(0.1, 40), time => time < 40 ? 1 : 0.1, 0);
        Follows(LearningRateSchedule.MultiStep(0.1, 41), _ => 1, 0);
    }

    [TestMethod]
    public void A_warm_up_rises_from_0_and_leaves_curves_the_rest_and_milestones_alone()
    {
        Follows(LearningRateSchedule.Constant.WithWarmUp(8), time => time < 8 ? time / 8 : 1, 0);
        Follows(LearningRateSchedule.Constant.WithWarmUp(0.5), time => time < 0.5 ? 2 * time : 1, 0);
        Follows(LearningRateSchedule.Cosine.WithWarmUp(8), time => time < 8 ? time / 8 : Down((time - 8) / 32), 1e-15);
        // A cycle over the 32 epochs after the warm-up, which rises to where the cycle begins.
        Follows(LearningRateSchedule.OneCycle(0.25, 0.5).WithWarmUp(8),
            time => time < 8 ? time / 16 : time < 16 ? 0.5 + (time - 8) / 16 : Down((time - 16) / 24), 1e-15);
        Follows(LearningRateSchedule.MultiStep(0.5, 10, 30).WithWarmUp(8),
            time => time < 8 ? time / 8 : time < 10 ? 1 : time < 30 ? 0.5 : 0.25, 0);
        // The second warm-up replaces the first.
        Follows(LearningRateSchedule.Constant.WithWarmUp(20).WithWarmUp(4), time => time < 4 ? time / 4 : 1, 0);
    }

    [TestMethod]
    public void Epochs_outside_the_training_are_taken_as_its_ends()
    {
        Assert.AreEqual(0.04, LearningRateSchedule.OneCycle().FactorAt(-3, Epochs));
        Assert.AreEqual(0, LearningRateSchedule.OneCycle().FactorAt(41, Epochs));
        Assert.AreEqual(1, LearningRateSchedule.MultiStep(0.1, 41).FactorAt(50, Epochs));
    }

    [TestMethod]
    public void Schedules_are_equal_by_value_and_tell_every_number()
    {
        Func<LearningRateSchedule>[] makers =
        [
            () => LearningRateSchedule.Constant,
            () => LearningRateSchedule.Cosine,
            () => LearningRateSchedule.OneCycle(),
            () => LearningRateSchedule.OneCycle(0.2),
            () => LearningRateSchedule.OneCycle(0.3, 0.1),
            () => LearningRateSchedule.MultiStep(0.1, 200),
            () => LearningRateSchedule.MultiStep(0.1, 200, 300),
            () => LearningRateSchedule.MultiStep(0.2, 200),
            () => LearningRateSchedule.Cosine.WithWarmUp(5),
            () => LearningRateSchedule.Cosine.WithWarmUp(2.5),
            () => LearningRateSchedule.Constant.WithWarmUp(5),
        ];
        foreach (Func<LearningRateSchedule> one in makers)
        {
            foreach (Func<LearningRateSchedule> other in makers)
            {
                Assert.AreEqual(one == other, one() == other(), $"{one()} and {other()}");
                Assert.AreEqual(one == other, one().ToString() == other().ToString());
            }
            Assert.AreEqual(one().GetHashCode(), one().GetHashCode());
        }
        Assert.AreEqual("MultiStep(0.1, 21, 31).WithWarmUp(2.5)", LearningRateSchedule.MultiStep(0.1, 21, 31).WithWarmUp(2.5).ToString());

        int[] milestones = [10, 20];
        LearningRateSchedule schedule = LearningRateSchedule.MultiStep(0.5, milestones);
        milestones[0] = 15;
        Assert.AreEqual(0.5, schedule.FactorAt(12, Epochs));
    }

    [TestMethod]
    public void Bad_values_are_refused_by_name()
    {
        LearningRateSchedule fits = LearningRateSchedule.MultiStep(0.1, 5);
        (Func<object> Make, string Name, string Told)[] cases =
        [
            (() => LearningRateSchedule.OneCycle(1), "warmUpShare", "is 1; it must be from 0 to below 1"),
            (() => LearningRateSchedule.OneCycle(-0.1), "warmUpShare", "is -0.1;"),
            (() => LearningRateSchedule.OneCycle(double.NaN), "warmUpShare", "is NaN;"),
            (() => LearningRateSchedule.OneCycle(0.3, 1.5), "initialFactor", "is 1.5; it must be from 0 to 1"),
            (() => LearningRateSchedule.OneCycle(0.3, double.NaN), "initialFactor", "is NaN;"),
            (() => LearningRateSchedule.MultiStep(0, 5), "factor", "is 0; it must be above 0 and below 1"),
            (() => LearningRateSchedule.MultiStep(1, 5), "factor", "is 1;"),
            (() => LearningRateSchedule.MultiStep(double.NaN, 5), "factor", "is NaN;"),
            (() => LearningRateSchedule.MultiStep(0.1), "milestones", "no milestones"),
            (() => LearningRateSchedule.MultiStep(0.1, 0, 5), "milestones", "are 0, 5; they must be at least 1 and in ascending order"),
            (() => LearningRateSchedule.MultiStep(0.1, 5, 5), "milestones", "are 5, 5;"),
            (() => LearningRateSchedule.MultiStep(0.1, 3, 9, 8), "milestones", "are 3, 9, 8;"),
            (() => fits.WithWarmUp(0), "epochs", "is 0; it must be above 0"),
            (() => fits.WithWarmUp(-1), "epochs", "is -1;"),
            (() => fits.WithWarmUp(double.NaN), "epochs", "is NaN;"),
            (() => LearningRateSchedule.Cosine.WithWarmUp(double.PositiveInfinity), "epochs", "is Infinity;"),
            (() => fits.WithWarmUp(5), "epochs", "is 5; it must be below the first milestone, 5"),
            (() => fits.FactorAt(0, 0), "epochs", "is 0; MultiStep(0.1, 5) needs at least 1"),
            (() => fits.WithWarmUp(3).FactorAt(0, 3), "epochs", "is 3; MultiStep(0.1, 5).WithWarmUp(3) needs at least 1, and more than its warm-up"),
        ];
        foreach ((Func<object> make, string name, string told) in cases)
        {
            var e = Assert.Throws<ArgumentException>(() => { make(); });
            Assert.AreEqual(name, e.ParamName);
            StringAssert.Contains(e.Message, told);
        }
    }
}
