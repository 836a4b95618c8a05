using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Images in requests: values of pixels, channel after channel, rows from top to bottom.</summary>
/// <param name="layout">Where the model has them.</param>
internal sealed class PixelForm(FeatureLayout layout)
{
    private readonly ImageShape _shape = layout.Shape;

    /// <summary>What an image must be, in words that follow "give".</summary>
    public string Text { get; } = FormattableString.Invariant($"{{\"pixels\": [{layout.Shape.Values} numbers from 0 to 1]}} or {{\"bytes\": \"{layout.Shape.Values} bytes in base64\"}}");

    /// <summary>The most bytes of an image in a request: 32 characters are enough for every value.</summary>
    public int MostBytes => checked(32 * _shape.Values + 1_024);

    /// <summary>An image without light.</summary>
    public VBuffer<float> Black => new(_shape.Values, new float[_shape.Values]);

    /// <summary>The schemas of the two properties.</summary>
    public JsonObject[] Schemas()
    {
        string shape = FormattableString.Invariant($"{_shape.Channels} × {_shape.Height} × {_shape.Width}: channels, rows, columns");
        return
        [
            AnswerSchemas.Of(new JsonObject
            {
                ["pixels"] = new JsonObject
                {
                    ["type"] = "array",
                    ["minItems"] = _shape.Values,
                    ["maxItems"] = _shape.Values,
                    ["items"] = new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 },
                    ["description"] = $"Values from 0 to 1, {shape}.",
                },
            }, "pixels"),
            AnswerSchemas.Of(new JsonObject
            {
                ["bytes"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64", ["description"] = FormattableString.Invariant($"{_shape.Values} bytes, {shape}.") },
            }, "bytes"),
        ];
    }

    /// <summary>Reads values from 0 to 1.</summary>
    /// <exception cref="RefusedRequestException">There are too few or too many, or one is out of its range.</exception>
    public VBuffer<float> ReadPixels(JsonElement pixels, string place, string allowed)
    {
        if (pixels.ValueKind != JsonValueKind.Array)
            throw RefusedRequestException.BadRow($"{place}pixels is no array; give {allowed}.");
        RequireCount(pixels.GetArrayLength(), place, allowed);
        var planar = new float[_shape.Values];
        int i = 0;
        foreach (JsonElement pixel in pixels.EnumerateArray())
        {
            if (pixel.ValueKind != JsonValueKind.Number || !pixel.TryGetSingle(out planar[i]) || planar[i] is not (>= 0 and <= 1))
                throw RefusedRequestException.BadRow(FormattableString.Invariant($"{place}pixels[{i}] is {Short(pixel)}; give {allowed}."));
            i++;
        }
        return InColumn(planar);
    }

    /// <summary>Reads values from 0 to 255.</summary>
    /// <exception cref="RefusedRequestException">They are not in base64, or there are too few or too many.</exception>
    public VBuffer<float> ReadBytes(JsonElement bytes, string place, string allowed)
    {
        byte[] read = Base64(bytes, $"{place}bytes", allowed);
        RequireCount(read.Length, place, allowed);
        return InColumn(Array.ConvertAll(read, value => value / 255f));
    }

    /// <summary>Values of a row in channel-major order as a request has them.</summary>
    public static JsonObject ToRow(ReadOnlySpan<float> planar)
    {
        var bytes = new byte[planar.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)MathF.Round(255 * Math.Clamp(planar[i], 0, 1));
        return new JsonObject { ["bytes"] = Convert.ToBase64String(bytes) };
    }

    /// <exception cref="RefusedRequestException">It is no base64.</exception>
    public static byte[] Base64(JsonElement text, string name, string allowed)
        => text.ValueKind == JsonValueKind.String && text.TryGetBytesFromBase64(out byte[]? read)
            ? read
            : throw RefusedRequestException.BadRow($"{name} is no text in base64; give {allowed}.");

    private void RequireCount(int count, string place, string allowed)
    {
        if (count != _shape.Values)
            throw RefusedRequestException.BadRow(FormattableString.Invariant($"{place}the image has {count} values, but the model takes {_shape.Values} ({_shape}); give {allowed}."));
    }

    /// <summary>The values as the column has them.</summary>
    private VBuffer<float> InColumn(float[] planar)
    {
        if (!layout.IsInterleaved)
            return new VBuffer<float>(planar.Length, planar);
        var values = new float[planar.Length];
        for (int i = 0; i < planar.Length; i++)
            values[layout.SlotsOf(i % _shape.Positions)[i / _shape.Positions]] = planar[i];
        return new VBuffer<float>(values.Length, values);
    }

    private static string Short(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 24 ? text : $"{text[..24]}…";
    }
}
