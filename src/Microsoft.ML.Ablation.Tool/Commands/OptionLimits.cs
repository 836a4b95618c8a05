using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Limits of values, told before any work.</summary>
internal static class OptionLimits
{
    public static void MustBeAtLeast(this Option<int> option, int least)
        => option.Validators.Add(result => Check(option.Name, result.GetValueOrDefault<int>(), least, result.AddError));

    public static void MustBeAtLeast(this Option<int?> option, int least)
        => option.Validators.Add(result => Check(option.Name, result.GetValueOrDefault<int?>(), least, result.AddError));

    /// <summary>The parser takes any number for a name.</summary>
    public static void MustBeNamed<T>(this Option<T?> option)
        where T : struct, Enum
        => option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T?>() is { } value && !Enum.IsDefined(value))
                result.AddError($"{option.Name} is {value}; allowed are {string.Join(", ", Enum.GetNames<T>())}.");
        });

    private static void Check(string name, int? value, int least, Action<string> refuse)
    {
        if (value < least)
            refuse($"{name} is {value}; it must be at least {least}.");
    }
}
