using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>Limits of numbers, told before any work.</summary>
internal static class OptionLimits
{
    public static void MustBeAtLeast(this Option<int> option, int least)
        => option.Validators.Add(result => Check(option.Name, result.GetValueOrDefault<int>(), least, result.AddError));

    public static void MustBeAtLeast(this Option<int?> option, int least)
        => option.Validators.Add(result => Check(option.Name, result.GetValueOrDefault<int?>(), least, result.AddError));

    private static void Check(string name, int? value, int least, Action<string> refuse)
    {
        if (value < least)
            refuse($"{name} is {value}; it must be at least {least}.");
    }
}
