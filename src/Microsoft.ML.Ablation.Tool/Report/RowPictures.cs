using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>A row of a run with its image.</summary>
/// <param name="Row">The row.</param>
/// <param name="Image">The image, as a PNG's data URI.</param>
/// <param name="Ablations">Some of its ablations: an image whose NULL pixels are transparent, and the base classifier's answer, null for none.</param>
internal sealed record PicturedRow(LabelledResult Row, string Image, IReadOnlyList<(string Image, string? Answer)> Ablations);

/// <summary>What NULL looks like under one encoding.</summary>
/// <param name="Title">The encoding.</param>
/// <param name="Images">Its channels, or the one image.</param>
/// <param name="Text">What is seen.</param>
internal sealed record EncodingPicture(string Title, IReadOnlyList<string> Images, string Text);

/// <summary>The images of a run's rows, drawn from the data, with answers of the base classifier.</summary>
internal sealed class RowPictures
{
    private const int AblationsPerRow = 4;

    private readonly Dictionary<long, PicturedRow> _rows = [];

    /// <summary>How NULL is shown, for one of the ablations of the first picture.</summary>
    public IReadOnlyList<EncodingPicture> Encodings { get; private set; } = [];

    public PicturedRow? this[long row] => _rows.GetValueOrDefault(row);

    /// <summary>Draws some rows.</summary>
    /// <param name="model">The run's model.</param>
    /// <param name="rows">The data from the run's first row on.</param>
    /// <param name="run">The run.</param>
    /// <param name="wanted">The numbers of the rows.</param>
    /// <param name="cancellation">Ends it after the current row.</param>
    /// <exception cref="InvalidDataException">A row is not the one that the run certified.</exception>
    public static RowPictures Draw(ITransformer model, IDataView rows, EvaluatedRun run, IEnumerable<long> wanted, CancellationToken cancellation)
    {
        var result = new RowPictures();
        HashSet<long> open = [.. wanted];
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(model);
        NormalizeChannelsTransformer? normalized = CertifierChain.Parts(model).OfType<NormalizeChannelsTransformer>().LastOrDefault();
        IDataView input = CertifierChain.InputOf(certifier, model, rows);
        using var cursor = new CertifiedCursor(certifier, input, []);
        while (open.Count > 0 && cursor.MoveNext())
        {
            long number = run.Manifest.FirstRow + cursor.Input.Position;
            if (!open.Remove(number))
                continue;
            cancellation.ThrowIfCancellationRequested();
            LabelledResult row = run.Rows[(int)cursor.Input.Position];
            if (cursor.Key.ToString() != run.Keys[(int)cursor.Input.Position])
                throw new InvalidDataException($"Row {number} of the data is not the one that '{run.Folder}' certified; give the run's data.");
            IReadOnlyList<AblationAnswer> answers = AnswersOf(cursor, run.Scheme);
            ImageShape shape = cursor.Encoder.Layout.Shape;
            float[] pixels = Restore(cursor.Planar, shape, normalized);
            result._rows.Add(number, new PicturedRow(row, Picture.ToDataUri(pixels, shape),
            [
                .. answers.Select(answer => (Picture.ToDataUri(pixels, shape, Seen(answer.Retained, shape)), answer.Class < 0 ? null : run.Manifest.Classes[answer.Class])),
            ]));
            if (result.Encodings.Count == 0)
                result.Encodings = DrawEncodings(pixels, shape, answers[0].Retained);
        }
        return open.Count == 0
            ? result
            : throw new InvalidDataException($"The data has no row {open.Min()}, which '{run.Folder}' certified; give the run's data.");
    }

    /// <summary>Some of the row's random ablations, or of its masks: all over the family, because neighbours show nearly the same.</summary>
    private static AblationAnswer[] AnswersOf(CertifiedCursor cursor, VotingScheme scheme)
    {
        int voting = scheme is MaskScheme { Family.Count: var masks } ? masks : AblationsPerRow;
        int shown = Math.Min(AblationsPerRow, voting);
        IReadOnlyList<AblationAnswer> answers = cursor.Answers(voting);
        return [.. Enumerable.Range(0, shown).Select(i => answers[i * voting / shown])];
    }

    /// <summary>The paper's Figure 4, for images of this run.</summary>
    private static EncodingPicture[] DrawEncodings(float[] pixels, ImageShape shape, int[] retained)
    {
        bool[] seen = Seen(retained, shape);
        int d = shape.Positions;
        float[] means = [.. pixels.Chunk(d).Select(channel => channel.Average())];
        float[] values = new float[pixels.Length], complements = new float[pixels.Length], mean = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            bool isSeen = seen[i % d];
            values[i] = isSeen ? pixels[i] : 0;
            complements[i] = isSeen ? 1 - pixels[i] : 0;
            mean[i] = isSeen ? pixels[i] : means[i / d];
        }
        return
        [
            new EncodingPicture("Complement", [Picture.ToDataUri(values, shape), Picture.ToDataUri(complements, shape)],
                "The values s and their complements 1 − s, side by side. A NULL is 0 in both, which no value is."),
            new EncodingPicture("Mean", [Picture.ToDataUri(mean, shape)],
                "NULL is the mean of a channel (here of this image; in training of all images), and looks like a pixel that has it."),
        ];
    }

    private static bool[] Seen(int[] retained, ImageShape shape)
    {
        var seen = new bool[shape.Positions];
        foreach (int position in retained)
            seen[position] = true;
        return seen;
    }

    /// <summary>The values from 0 to 1 that were there before normalisation.</summary>
    public static float[] Restore(ReadOnlySpan<float> planar, ImageShape shape, NormalizeChannelsTransformer? normalized)
    {
        float[] pixels = planar.ToArray();
        if (normalized is null)
            return pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / shape.Positions % normalized.Means.Count;
            pixels[i] = pixels[i] * normalized.StandardDeviations[channel] + normalized.Means[channel];
        }
        return pixels;
    }
}
