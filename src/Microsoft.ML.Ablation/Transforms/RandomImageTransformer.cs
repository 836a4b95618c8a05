using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A transformer that shows trainers every image a little different each time.</summary>
public abstract class RandomImageTransformer : ImageTransformer
{
    private protected RandomImageTransformer(IHost host, ImageTransformOptions options)
        : base(host, options)
    {
    }

    /// <summary>What is done to images, in words that are the same for the same changes.</summary>
    private protected abstract string Description { get; }

    private protected override IDataView MakeView(IDataView input)
    {
        return new SingleCursorView(Host, Map(input, MakeMapper), random =>
        {
            // The ablation behind this one has described itself already.
            if (random is AblationRandom ours)
                ours.Ablation += $", {Description}";
            if (random is AblationRandom { IsUnaugmented: true })
                return Map(input, MakeMapper);
            AblationKey fresh = AblationKey.Compute((ulong)random.NextInt64(), []);
            return Map(input, schema => MakeMapper(schema, fresh));
        });
    }
}
