namespace Microsoft.ML.Ablation.Tests.Sampling;

/// <summary>A two-sided chi-square test whose chance of a false alarm is two in a million.</summary>
internal static class ChiSquare
{
    private const double NormalQuantile = 4.753;

    public static void AssertPlausible(double statistic, double degrees)
    {
        // Wilson and Hilferty (1931): the cube root of a chi-square over its degrees is nearly normal.
        double z = (Math.Cbrt(statistic / degrees) - (1 - 2 / (9 * degrees))) / Math.Sqrt(2 / (9 * degrees));
        Assert.IsTrue(Math.Abs(z) < NormalQuantile, $"chi-square is {statistic:F1} with {degrees} degrees of freedom, {z:F2} deviations off.");
    }
}
