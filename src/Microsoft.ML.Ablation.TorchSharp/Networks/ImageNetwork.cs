namespace Microsoft.ML.Ablation;

/// <summary>The networks that <see cref="AblatedImageClassificationTrainer"/> trains.</summary>
public enum ImageNetwork
{
    /// <summary>
    /// The paper's network for MNIST, for images of any size: two 4×4 convolutions of stride 2 with 64 and 128 channels, then
    /// fully connected layers of 500, 100 and one value per class.
    /// </summary>
    Convolutional = 0,

    /// <summary>
    /// The same with batch normalisation after every layer but the last. It votes as fast, and learns in fewer epochs.
    /// </summary>
    NormalizedConvolutional = 1,

    /// <summary>
    /// A residual network for small images that trains on a processor: a 3×3 convolution and three blocks of two, 32 to 128
    /// channels.
    /// </summary>
    CompactResidual = 2,

    /// <summary>
    /// ResNet-18 (He et al., CVPR 2016); up to 64 pixels a side with a 3×3 first convolution, as the paper has it for CIFAR-10.
    /// </summary>
    ResNet18 = 3,

    /// <summary>
    /// ResNet-50 (He et al., CVPR 2016), as the paper has it for ImageNet; up to 64 pixels a side with a 3×3 first convolution.
    /// </summary>
    ResNet50 = 4,

    /// <summary>
    /// For small images with few retained pixels, such as MNIST's: a 7×7 convolution of stride 2 with 16 channels, then fully
    /// connected layers of 512 values, four of them in two residual blocks, all with batch normalisation. It trains two and a
    /// half times as fast as <see cref="NormalizedConvolutional"/>.
    /// </summary>
    FullyConnected = 5,

    /// <summary>
    /// For fixed masks (<c>PartitionAblation</c> and others): a small network of its own for each mask, with two hidden layers of 64 values, that sees the retained positions alone.
    /// It trains and votes many times faster than networks that see an image, and for small images with few retained pixels it is the most accurate.
    /// </summary>
    PerMask = 6,

    /// <summary>
    /// For bands (<c>BandAblation</c>), of colour images above all: a convolutional network whose layers see no more across the band than its width, so that one pass scores all bands
    /// of an image at once, at the cost of one image.
    /// </summary>
    Bands = 7,

    /// <summary>
    /// A residual network for small images of which few pixels are retained, such as CIFAR-10's: a 5×5 convolution of stride 2, then blocks of two 3×3 convolutions, one of 128
    /// channels, two of 256 and one of 512. It costs half of ResNet-18, whose first stage works on the plane of all pixels, where nearly all is NULL.
    /// </summary>
    SparseResidual = 8,
}
