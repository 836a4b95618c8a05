using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>Options of the ablation of words by fixed masks.</summary>
public sealed record WordPartitionAblationOptions : WordAblationOptions
{
    /// <summary>The number N of masks, from 1 to 65,536. Required.</summary>
    public required int Masks { get; init; }

    /// <summary>What decides which mask a word belongs to. Default: <see cref="PartitionBy.Place"/>.</summary>
    public PartitionBy By { get; init; } = PartitionBy.Place;

    internal WordPartition Partition => new(Masks, By);

    internal override void Validate()
    {
        _ = Partition;
        base.Validate();
        if (By == PartitionBy.Word && NullToken.Length > 0)
        {
            throw new ArgumentException($"NullToken is '{NullToken}', but masks by words show nothing of other words, or inserting one would change what all masks show; leave it "
                + "empty, or choose masks by place.");
        }
    }

    internal static WordPartitionAblationOptions Read(BinaryReader reader)
        => Read(reader, new WordPartitionAblationOptions { Masks = reader.ReadInt32(), By = (PartitionBy)reader.ReadInt32() });
}
