namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The layers of residual networks such as ResNet-18 and ResNet-50 (He, Zhang, Ren and Sun, CVPR 2016, table 1). For images of up
/// to 64 pixels a side, the first convolution is 3×3 and has stride 1.
/// </summary>
internal sealed class ResidualLayers
{
    private const int LargestSmallSide = 64;

    private ResidualLayers(ResidualConvolution stem, bool poolsStem, IReadOnlyList<ResidualBlock> blocks)
    {
        Stem = stem;
        PoolsStem = poolsStem;
        Blocks = blocks;
    }

    public ResidualConvolution Stem { get; }

    /// <summary>Whether a 3×3 maximum of stride 2 follows the first convolution.</summary>
    public bool PoolsStem { get; }

    public IReadOnlyList<ResidualBlock> Blocks { get; }

    /// <summary>
    /// A network for small images that trains on a processor: a first convolution and three blocks of two 3×3 convolutions, 32 to
    /// 128 channels; each block halves the side.
    /// </summary>
    public static ResidualLayers Compact(NetworkShape shape) => Make(SmallStem(shape, 32), [1, 1, 1], expansion: 1, firstStride: 2);

    /// <summary>
    /// A network for images of which little is retained: a first convolution of 5×5 and stride 2, which spends nothing on a plane
    /// that is nearly all NULL, and blocks of two 3×3 convolutions, one of 128, two of 256 and one of 512 channels.
    /// </summary>
    public static ResidualLayers Sparse(NetworkShape shape) => Make(new("stem", shape.Channels, 128, 5, 2), [1, 2, 1], expansion: 1);

    /// <summary>ResNet-18: two 3×3 convolutions a block, 64 to 512 channels.</summary>
    public static ResidualLayers ResNet18(NetworkShape shape) => Usual(shape, [2, 2, 2, 2], expansion: 1);

    /// <summary>ResNet-50: convolutions 1×1, 3×3 and 1×1 a block, 256 to 2,048 channels.</summary>
    public static ResidualLayers ResNet50(NetworkShape shape) => Usual(shape, [3, 4, 6, 3], expansion: 4);

    private static ResidualLayers Usual(NetworkShape shape, int[] blocksPerStage, int expansion) => Math.Max(shape.Height, shape.Width) <= LargestSmallSide
        ? Make(SmallStem(shape, 64), blocksPerStage, expansion)
        : Make(new("stem", shape.Channels, 64, 7, 2), blocksPerStage, expansion, poolsStem: true);

    private static ResidualConvolution SmallStem(NetworkShape shape, int width) => new("stem", shape.Channels, width, 3, 1);

    /// <summary>The first stage is as wide as the first convolution, and each further one twice as wide as the last, at half its side.</summary>
    private static ResidualLayers Make(ResidualConvolution stem, int[] blocksPerStage, int expansion, int firstStride = 1, bool poolsStem = false)
    {
        var blocks = new List<ResidualBlock>();
        int channels = stem.Outputs;
        for (int stage = 0; stage < blocksPerStage.Length; stage++)
        {
            int inner = stem.Outputs << stage;
            for (int i = 0; i < blocksPerStage[stage]; i++)
            {
                string name = $"stage{stage + 1}.block{i + 1}";
                int stride = i > 0 ? 1 : stage > 0 ? 2 : firstStride;
                int outputs = inner * expansion;
                ResidualConvolution[] path = expansion == 1
                    ? [new($"{name}.conv1", channels, inner, 3, stride), new($"{name}.conv2", inner, inner, 3, 1)]
                    :
                    [
                        new($"{name}.conv1", channels, inner, 1, 1), new($"{name}.conv2", inner, inner, 3, stride),
                        new($"{name}.conv3", inner, outputs, 1, 1),
                    ];
                bool projects = stride != 1 || channels != outputs;
                blocks.Add(new ResidualBlock(path, projects ? new($"{name}.shortcut", channels, outputs, 1, stride) : null));
                channels = outputs;
            }
        }
        return new ResidualLayers(stem, poolsStem, blocks);
    }

    /// <summary>All convolutions in execution order: a block's path, then its shortcut.</summary>
    public IEnumerable<ResidualConvolution> Convolutions() =>
        Blocks.SelectMany(block => block.Shortcut is { } shortcut ? block.Path.Append(shortcut) : block.Path).Prepend(Stem);

    /// <summary>Multiplications, each with an addition, of a forward pass for one image; what is left out is less than a hundredth.</summary>
    public long MultiplyAdds(NetworkShape shape)
    {
        Plane plane = StemPlane(shape);
        long sum = Of(Stem, plane);
        if (PoolsStem)
            plane = plane.Pooled();
        foreach (ResidualBlock block in Blocks)
        {
            foreach (ResidualConvolution convolution in block.Path)
            {
                plane = plane.After(convolution);
                sum += Of(convolution, plane);
            }
            if (block.Shortcut is { } shortcut)
                sum += Of(shortcut, plane);
        }
        return sum + (long)Blocks[^1].Path[^1].Outputs * shape.Classes;

        static long Of(ResidualConvolution convolution, Plane plane)
            => plane.Positions * convolution.Kernel * convolution.Kernel * convolution.Inputs * convolution.Outputs;
    }

    /// <summary>Names and shapes of the parameters: weight and bias of every convolution, then of the last layer.</summary>
    public IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        int features = Blocks[^1].Path[^1].Outputs;
        return
        [
            .. Convolutions().SelectMany(convolution => Layer(convolution.Name,
                [convolution.Outputs, convolution.Inputs, convolution.Kernel, convolution.Kernel])),
            .. Layer("fc", [shape.Classes, features]),
        ];
    }

    /// <summary>The most values alive at once for one image, over all layers.</summary>
    public long WorkingValues(NetworkShape shape)
    {
        Plane plane = StemPlane(shape);
        long size = Stem.Outputs * plane.Positions;
        long most = shape.Values + size;
        if (PoolsStem)
        {
            plane = plane.Pooled();
            long pooled = Stem.Outputs * plane.Positions;
            most = Math.Max(most, size + pooled);
            size = pooled;
        }
        foreach (ResidualBlock block in Blocks)
        {
            long input = size, before = size;
            foreach (ResidualConvolution convolution in block.Path)
            {
                plane = plane.After(convolution);
                size = convolution.Outputs * plane.Positions;
                most = Math.Max(most, (before == input ? 0 : before) + input + size);
                before = size;
            }
            // The projection of the shortcut is as large as the output of the path.
            most = Math.Max(most, input + 2 * size);
        }
        // The input stays alive all the time.
        return most + shape.Values;
    }

    private Plane StemPlane(NetworkShape shape) => new Plane(shape.Height, shape.Width).After(Stem);

    private static ParameterSpec[] Layer(string name, long[] weight)
    {
        int fanIn = checked((int)weight[1..].Aggregate(1L, (product, side) => product * side));
        return [new($"{name}.weight", weight, fanIn), new($"{name}.bias", [weight[0]], fanIn)];
    }

    /// <summary>The height and width of what a layer gives.</summary>
    private readonly record struct Plane(int Height, int Width)
    {
        public long Positions => (long)Height * Width;

        public Plane After(ResidualConvolution convolution) => new(convolution.SideAfter(Height), convolution.SideAfter(Width));

        /// <summary>After a 3×3 maximum of stride 2.</summary>
        public Plane Pooled() => new((Height - 1) / 2 + 1, (Width - 1) / 2 + 1);
    }
}
