namespace Microsoft.ML.Ablation;

/// <summary>
/// The usual constants for photographs: means and standard deviations of red, green and blue over ImageNet's training images, values
/// from 0 to 1, as networks for ImageNet are commonly trained with.
/// </summary>
public static class ImageNetChannels
{
    /// <summary>0.485, 0.456, 0.406.</summary>
    public static IReadOnlyList<float> Means { get; } = [0.485f, 0.456f, 0.406f];

    /// <summary>0.229, 0.224, 0.225.</summary>
    public static IReadOnlyList<float> StandardDeviations { get; } = [0.229f, 0.224f, 0.225f];
}
