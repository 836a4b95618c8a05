using Microsoft.ML.Ablation.Tool.Tuning;

namespace Microsoft.ML.Ablation.Tool.Tests.Tuning;

[TestClass]
public sealed class EpochBudgetTests
{
    [TestMethod]
    [DataRow(100, 100, 240, 3_000, 35, 240L, DisplayName = "as many epochs as fit into 85 % of the time")]
    [DataRow(100, 100, 240, 20, 20, 240L, DisplayName = "but no more than the most")]
    [DataRow(100, 100, 60_000, 20, 1, 8_500L, DisplayName = "a part of the images where one epoch does not fit")]
    [DataRow(1, 100, 60_000, 20, 1, 1_000L, DisplayName = "but a thousand of them")]
    [DataRow(1, 100, 240, 20, 1, 240L, DisplayName = "or all, where they are fewer")]
    [DataRow(100, -5, 240, 20, 1, 240L, DisplayName = "even if the probe has taken all the time")]
    public void A_time_is_enough_for_epochs_or_for_a_part_of_the_images(double rate, int seconds, int rows, int most, int epochs, long used)
        => Assert.AreEqual(new EpochBudget(rate, epochs, used), EpochBudget.Of(rate, TimeSpan.FromSeconds(seconds), rows, most));
}
