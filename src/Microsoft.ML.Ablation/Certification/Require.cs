namespace Microsoft.ML.Ablation.Certification;

/// <summary>The checks that the functions of this folder share, so that the same mistake gives the same message.</summary>
internal static class Require
{
    public static void Alpha(double alpha)
    {
        if (!(alpha > 0 && alpha < 1))
            throw new ArgumentOutOfRangeException(
                nameof(alpha),
                FormattableString.Invariant($"alpha is {alpha}, but it is the allowed chance of a false certificate; it must be greater than 0 and less than 1."));
    }

    public static void Probability(double value, string name)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {value}, but it is a probability; it must be from 0 to 1."));
    }

    public static void Rho(int rho, int d)
    {
        if (rho < 0 || rho > d)
            throw new ArgumentOutOfRangeException(
                nameof(rho),
                $"rho is {rho}, but d is {d}; the number of changed positions must be from 0 to {d}.");
    }

    public static void TopCount(int topCount, int classes)
    {
        if (topCount < 1 || topCount >= classes)
            throw new ArgumentOutOfRangeException(
                nameof(topCount),
                $"topCount is {topCount}, but there are {classes} classes; the class must stay among 1 to {classes - 1} of them.");
    }

    public static void Class(int fixedClass, int classes)
    {
        if (classes < 2)
            throw new ArgumentException(
                $"There are {classes} classes, but a classifier decides between at least 2; give one count per class.",
                nameof(classes));
        if (fixedClass < 0 || fixedClass >= classes)
            throw new ArgumentOutOfRangeException(
                nameof(fixedClass),
                $"fixedClass is {fixedClass}, but there are {classes} classes; it must be from 0 to {classes - 1}.");
    }

    public static void Replacement(int values, double kappa)
    {
        if (values < 2)
            throw new ArgumentOutOfRangeException(
                nameof(values),
                $"values is {values}; a value can be replaced only where there are at least 2.");
        if (!(kappa > 0 && kappa < 1))
            throw new ArgumentOutOfRangeException(
                nameof(kappa),
                FormattableString.Invariant($"kappa is {kappa}, but it is the probability to keep a value; it must be greater than 0 and less than 1."));
    }

    /// <summary>Checks one vector of votes and returns their sum.</summary>
    public static int Votes(ReadOnlySpan<int> votes, string name)
    {
        if (votes.Length < 2)
            throw new ArgumentException(
                $"{name} has {votes.Length} classes, but a classifier decides between at least 2; give one count per class.",
                name);

        long sum = 0;
        for (int i = 0; i < votes.Length; i++)
        {
            if (votes[i] < 0)
                throw new ArgumentException($"{name} has {votes[i]} votes for class {i}; a count must be 0 or more.", name);
            sum += votes[i];
        }

        if (sum == 0)
            throw new ArgumentException($"{name} has no votes at all; draw at least one ablation.", name);
        if (sum > int.MaxValue)
            throw new ArgumentException($"{name} has {sum} votes; at most {int.MaxValue} can be certified.", name);
        return (int)sum;
    }

    public static void SameClasses(ReadOnlySpan<int> selectionVotes, ReadOnlySpan<int> estimationVotes)
    {
        if (selectionVotes.Length != estimationVotes.Length)
            throw new ArgumentException(
                $"selectionVotes has {selectionVotes.Length} classes, but estimationVotes has {estimationVotes.Length}; both must be of the same classifier.",
                nameof(estimationVotes));
    }
}
