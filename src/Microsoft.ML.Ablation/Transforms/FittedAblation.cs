using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>What an ablation learns in <c>Fit</c>.</summary>
/// <param name="Groups">The groups; null where every slot, or every pixel, is a position by itself.</param>
/// <param name="Means">The mean per channel, or per slot of groups, for <see cref="AblationEncoding.Mean"/>, else null.</param>
internal sealed record FittedAblation(FittedGroups? Groups, float[]? Means)
{
    /// <summary>Writes the means, their number and each; the groups (<see cref="FeatureGroups.Write"/>); what was seen of their column (<see cref="FittedGroups.WriteColumn"/>).</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Means?.Length ?? 0);
        foreach (float mean in Means ?? [])
            writer.Write(mean);
        FeatureGroups.Write(writer, Groups?.Groups ?? []);
        FittedGroups.WriteColumn(writer, Groups);
    }

    /// <exception cref="FormatException">There are means without need, or none where they are needed.</exception>
    public static float[]? ReadMeans(BinaryReader reader, AblationEncoding encoding)
    {
        int count = reader.ReadInt32();
        if (encoding == AblationEncoding.Mean ? count is < 1 or > 1 << 24 : count != 0)
            throw new FormatException($"The model file is damaged: the ablation has {count} means with encoding {encoding}.");
        float[]? means = count == 0 ? null : new float[count];
        for (int i = 0; i < count; i++)
            means![i] = reader.ReadSingle();
        return means;
    }
}
