namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The largest values of options: far more than anybody needs, but not enough to take all memory or never end.</summary>
internal static class OptionLimits
{
    /// <summary>Pixels of an image: 4,096 × 4,096.</summary>
    public const int Positions = ImageSide * ImageSide;

    /// <summary>Pixels of an image whose fixed masks are made without a model: 256 × 256.</summary>
    public const int MaskedPositions = 256 * 256;

    /// <summary>Pixels of an image of which every placement of a patch is tried: 64 × 64.</summary>
    public const int PatchedPositions = 64 * 64;

    /// <summary>Height and width of an image.</summary>
    public const int ImageSide = 4_096;

    /// <summary>Votes of a row.</summary>
    public const int Votes = 100_000_000;

    /// <summary>Rows that are read one after the other.</summary>
    public const int Rows = int.MaxValue;

    /// <summary>Rows that are held in memory.</summary>
    public const int RowsInMemory = 10_000_000;

    /// <summary>Epochs, as the trainer has it.</summary>
    public const int Epochs = 1_000_000;

    /// <summary>Steps of an attack, or what else it repeats.</summary>
    public const int AttackSteps = 1_000_000;

    /// <summary>Megabytes of memory: a tebibyte.</summary>
    public const int Megabytes = 1 << 20;

    /// <summary>The largest number of a CUDA device.</summary>
    public const int GpuNumber = 1_023;

    /// <summary>Classes, as networks have them.</summary>
    public const int Classes = 1 << 20;
}
