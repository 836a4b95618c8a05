using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>The fixed masks of a run in its manifest, and what they were asked to certify.</summary>
/// <param name="Description">The masks in words.</param>
/// <param name="Height">Rows of the image; null where rows are no images.</param>
/// <param name="Width">Columns of the image; null where rows are no images.</param>
/// <param name="CertifiesPatches">Whether radii are sizes of patches; else numbers of positions.</param>
/// <param name="PatchHeight">Rows of a patch of size 1.</param>
/// <param name="PatchWidth">Columns of a patch of size 1.</param>
/// <param name="ScoreThreshold">The score from which on every class has a vote; null where the class with the largest score has the only one.</param>
/// <param name="HasScores">Whether answers tell which of any two classes a mask prefers; else they are classes alone.</param>
/// <param name="Family">The masks: what <see cref="MaskFamily"/> writes, in base 64.</param>
internal sealed record RunMasks(string Description, int? Height, int? Width, bool CertifiesPatches, int PatchHeight, int PatchWidth, double? ScoreThreshold, bool HasScores,
    string Family)
{
    public static RunMasks Of(FamilySession session)
    {
        FeatureLayout layout = session.Binding.Encoder.Layout;
        bool isImage = !layout.IsGrouped && layout.HasSides;
        return new RunMasks($"{session.Family}", isImage ? layout.Shape.Height : null, isImage ? layout.Shape.Width : null, session.CertifiesPatches, session.Options.PatchHeight,
            session.Options.PatchWidth, session.Options.ScoreThreshold, session.Options.NeedsScores || session.Binding.DirectModel is IMaskClassifier, TextOf(session.Family));
    }

    /// <summary>A family as text.</summary>
    public static string TextOf(MaskFamily family)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            family.Write(writer);
        return Convert.ToBase64String(stream.ToArray());
    }

    /// <summary>The masks.</summary>
    /// <exception cref="InvalidDataException">The text is no family.</exception>
    public MaskFamily ToFamily() => FamilyOf(Family);

    /// <summary>The family of a text.</summary>
    /// <exception cref="InvalidDataException">The text is no family.</exception>
    public static MaskFamily FamilyOf(string text)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(Convert.FromBase64String(text)));
            return MaskFamily.Read(reader);
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            throw new InvalidDataException($"The run's masks are damaged: {exception.Message}", exception);
        }
    }
}
