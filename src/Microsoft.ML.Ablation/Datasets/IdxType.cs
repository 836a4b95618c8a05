namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The types of numbers in IDX files, by the byte that stands for them.</summary>
internal enum IdxType : byte
{
    UnsignedByte = 0x08,
    SignedByte = 0x09,
    Int16 = 0x0B,
    Int32 = 0x0C,
    Single = 0x0D,
    Double = 0x0E,
}
