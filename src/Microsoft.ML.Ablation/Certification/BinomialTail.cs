namespace Microsoft.ML.Ablation.Certification;

/// <summary>The upper tail F(p) = P(Bin(n, p) ≥ s), which is the regularised incomplete beta function I_p(s, n − s + 1).</summary>
internal static class BinomialTail
{
    private const double Epsilon = 1.0 / (1L << 52);

    /// <summary>
    /// The p with ln F(p) = <paramref name="logTarget"/>, for a target of at most 1/2, and a bound on its error.
    /// </summary>
    /// <remarks>
    /// Newton's method in ln p. ln F is an increasing concave function of ln p, so the tangent lies above it: every step lands
    /// at or to the left of the solution, and from there the steps go up to it without overshooting.
    /// </remarks>
    public static (double P, double Error) Solve(long successes, long trials, double logTarget)
    {
        if (successes == trials)
        {
            double logP = logTarget / trials;
            double root = Math.Exp(logP);
            return (root, root * (4 + 2 * Math.Abs(logP)) * Epsilon);
        }

        double p = InitialGuess(successes, trials, logTarget);
        for (int iteration = 0; ; iteration++)
        {
            (double logMass, double massError) = LogMass(successes, trials, p);
            (double ratio, double ratioError) = TailOverMass(successes, trials, p);

            // d ln F / d ln p = s / ratio, because the derivative of the tail is s times its first term over p.
            double residual = logMass + Math.Log(ratio) - logTarget;
            p *= Math.Exp(-residual * ratio / successes);

            // Below 1e-8, what is left after the step is of the order of its square.
            if (Math.Abs(residual) < 1e-8 || iteration == 100)
            {
                double logError = massError + ratioError + 4 * residual * residual + (8 + 2 * Math.Abs(logTarget)) * Epsilon;
                return (p, p * (logError * ratio / successes + 4 * Epsilon));
            }
        }
    }

    /// <summary>
    /// ln P(Bin(n, p) = s) for 0 &lt; s &lt; n, in the saddle-point form of Loader (2000), which keeps its relative accuracy
    /// far into the tails; and a bound on its error.
    /// </summary>
    internal static (double Value, double Error) LogMass(long successes, long trials, double p)
    {
        double s = successes;
        double f = trials - successes;
        double n = trials;

        // How far s is above its mean; the linear terms that it would contribute to the two deviations cancel.
        double excess = Math.FusedMultiplyAdd(-n, p, s);
        double deviation = s * LogDeviation(-excess / s, n * p / s) + f * LogDeviation(excess / f, 1 + excess / f);
        double value = StirlingError(trials) - StirlingError(successes) - StirlingError(trials - successes)
            + 0.5 * Math.Log(n / (2 * Math.PI * s * f))
            + deviation;
        return (value, (40 - 32 * deviation) * Epsilon);
    }

    /// <summary>
    /// P(Bin(n, p) ≥ s) / P(Bin(n, p) = s), summed term by term from the largest, and a bound on its relative error.
    /// </summary>
    internal static (double Value, double RelativeError) TailOverMass(long successes, long trials, double p)
    {
        double odds = p / (1 - p);
        double sum = 1;
        double term = 1;
        double numerator = trials - successes;
        double denominator = successes + 1;
        int count = 0;
        while (numerator > 0)
        {
            double ratio = numerator / denominator * odds;
            // The ratios fall, so a geometric series bounds what is left out.
            if (term * ratio < (1 - ratio) * sum * (Epsilon / 8))
                break;
            term *= ratio;
            sum += term;
            numerator--;
            denominator++;
            count++;
        }

        return (sum, (8 + 4.0 * count) * Epsilon);
    }

    /// <summary>ln(1 + t) − t without cancellation; both <paramref name="t"/> and 1 + t are given.</summary>
    private static double LogDeviation(double t, double onePlusT)
    {
        return t is < -0.5 or > 1 ? Math.Log(onePlusT) - t : LogDeviationNear0(t);
    }

    /// <summary>ln(1 + t) − t without cancellation, for <paramref name="t"/> from −1/2 to 1.</summary>
    private static double LogDeviationNear0(double t)
    {
        // ln(1 + t) = 2 artanh(v) with v = t / (2 + t), and t − 2v = t·v.
        double v = t / (2 + t);
        double square = v * v;
        double series = 0;
        for (int i = 37; i >= 3; i -= 2)
            series = series * square + 1.0 / i;
        return 2 * v * square * series - t * v;
    }

    /// <summary>ln n! − ln(√(2πn) (n/e)ⁿ) for n ≥ 1, by Stirling's series, and by recurrence down from it for small n.</summary>
    private static double StirlingError(long n)
    {
        double recurrence = 0;
        for (; n < 16; n++)
            recurrence += (n + 0.5) * LogDeviationNear0(1.0 / n) + 0.5 / n;

        double inverse = 1.0 / n;
        double square = inverse * inverse;
        double series = 1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188
            - square * (691.0 / 360360)))));
        return recurrence + inverse * series;
    }

    /// <summary>A start for Newton's method: the score interval of Wilson (1927) with a rational normal quantile.</summary>
    internal static double InitialGuess(long successes, long trials, double logTarget)
    {
        // Abramowitz and Stegun, 26.2.23.
        double t = Math.Sqrt(-2 * logTarget);
        double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
        double n = trials;
        double share = successes / n;
        double spread = z * Math.Sqrt(share * (1 - share) / n + z * z / (4 * n * n));
        double guess = (share + z * z / (2 * n) - spread) / (1 + z * z / n);
        return Math.Clamp(guess, share * 1e-6, share);
    }
}
