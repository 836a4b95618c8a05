using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>What is known of a session's certificates before anybody waits for votes.</summary>
internal static class PlanLimits
{
    /// <summary>Logs what no row can exceed, and what certificates do not cover.</summary>
    public static void Log(IHost host, CertifyingSession session)
    {
        using IChannel channel = host.Start("Plan");
        LogCover(channel, session.Binding);
        session.LogReach(channel);
    }

    /// <summary>Logs what certificates do not cover, whatever they are.</summary>
    public static void LogCover(IChannel channel, BaseModelBinding binding)
    {
        if (binding.WasTrainedUnablated)
        {
            channel.Warning($"The {binding.Role} was trained on a column '{binding.AblatedColumnName}' that was not ablated: it was never shown NULL, and few rows "
                + "will be certified. Train it behind the ablation, in one chain.");
        }
        if (OtherColumnsRead(binding) is { } others)
            channel.Warning(others);
        if (binding.DividedAttribute() is { } divided)
        {
            channel.Warning($"Certificates count positions of column '{binding.FeatureColumn.Name}', and these are no attributes: {divided}. An attacker who changes that attribute may change "
                + "several positions. Fit with the groups that the column tells, which are the default.");
        }
    }

    /// <summary>What is said where the base classifier reads columns beside the ablated one; null where it does not.</summary>
    private static string? OtherColumnsRead(BaseModelBinding binding)
    {
        string[] others = [.. binding.OtherColumns().Select(column => column.Name)];
        if (others.Length == 0)
            return null;
        IReadOnlyList<string> twice = binding.AblatedAndPassedBy();
        string which = twice.Count == 0
            ? "If one of them is made of what is in that column, leave it out."
            : $"{SchemaColumns.Listed(twice)} {(twice.Count == 1 ? "is" : "are")} in that column too: whoever changes such an attribute changes what is read past the ablation, and the "
                + "certificate does not hold; leave it out.";
        return $"The {binding.Role} reads {SchemaColumns.Listed(others)} beside the ablated column '{binding.FeatureColumn.Name}'. Certificates hold only for inputs that agree in "
            + $"{(others.Length == 1 ? "it" : "them")}: an attacker who can change {(others.Length == 1 ? "it" : "them")} is not covered. {which}";
    }
}
