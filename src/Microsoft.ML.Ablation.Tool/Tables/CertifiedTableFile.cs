using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Writes a certified table in the format that its name ends in: .json, .parquet, .tsv, else CSV. Numbers are written the same on every machine.</summary>
/// <param name="columns">The columns.</param>
/// <param name="rows">The rows, with a value or null for each column.</param>
internal sealed class CertifiedTableFile(IReadOnlyList<CertifiedColumn> columns, IReadOnlyList<object?[]> rows)
{
    /// <summary>Writes it whole.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="path">Its name.</param>
    public void Write(AtomicFile file, string path)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".json":
                WriteJson(file.Stream);
                break;
            case ".parquet":
                WriteParquetAsync(file.Stream).GetAwaiter().GetResult();
                break;
            case ".tsv":
                WriteText(file.Stream, "\t", PlainText);
                break;
            default:
                WriteText(file.Stream, ",", CsvText.Quote);
                break;
        }
        file.Commit();
    }

    /// <summary>A cell between tabs, where nothing can be put in quotation marks.</summary>
    private static string PlainText(string? text) => text?.Replace('\t', ' ').ReplaceLineEndings(" ") ?? "";

    private void WriteText(Stream stream, string separator, Func<string?, string> cell)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(separator, columns.Select(column => cell(column.Name))));
        foreach (object?[] row in rows)
            writer.WriteLine(string.Join(separator, row.Select(value => cell(TextOf(value)))));
    }

    private static string? TextOf(object? value) => value switch
    {
        bool flag => flag ? "1" : "0",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value as string,
    };

    private void WriteJson(Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartArray();
        foreach (object?[] row in rows)
        {
            writer.WriteStartObject();
            for (int i = 0; i < columns.Count; i++)
            {
                writer.WritePropertyName(columns[i].Name);
                WriteValue(writer, row[i]);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>JSON has no infinity: an interval without an end has null there.</summary>
    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private async Task WriteParquetAsync(Stream stream)
    {
        DataField[] fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: true))];
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        for (int i = 0; i < fields.Length; i++)
        {
            object?[] values = [.. rows.Select(row => row[i])];
            Type type = columns[i].Type;
            if (type == typeof(string))
                await group.WriteAsync(fields[i], [.. values.Cast<string?>()!]);
            else if (type == typeof(bool))
                await group.WriteAsync<bool>(fields[i], Nullables<bool>(values));
            else if (type == typeof(int))
                await group.WriteAsync<int>(fields[i], Nullables<int>(values));
            else if (type == typeof(float))
                await group.WriteAsync<float>(fields[i], Nullables<float>(values));
            else
                await group.WriteAsync<double>(fields[i], Nullables<double>(values));
        }
    }

    private static ReadOnlyMemory<T?> Nullables<T>(object?[] values)
        where T : struct => values.Select(value => (T?)value).ToArray();
}
