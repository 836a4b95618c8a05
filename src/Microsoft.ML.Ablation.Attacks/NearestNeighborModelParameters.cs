using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(NearestNeighborModelParameters), null, typeof(SignatureLoadModel), "Nearest neighbor",
    NearestNeighborModelParameters.LoaderSignature)]

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// All training rows. The score of a class is the negative Euclidean distance to its nearest row, so that the class of the
/// nearest row of all has the highest score.
/// </summary>
public sealed class NearestNeighborModelParameters : ModelParametersBase<VBuffer<float>>, IValueMapper
{
    internal const string LoaderSignature = "NearestNeighbor";
    private const string RowsStream = "Rows";

    private readonly int _length;
    private readonly float[] _rows;
    private readonly int[] _labels;
    private readonly VectorDataViewType _inputType;
    private readonly VectorDataViewType _outputType;

    /// <param name="env">The environment.</param>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="length">Values per row.</param>
    /// <param name="classes">Number of classes.</param>
    internal NearestNeighborModelParameters(IHostEnvironment env, float[] rows, int[] labels, int length, int classes)
        : base(env, LoaderSignature)
    {
        (_rows, _labels, _length) = (rows, labels, length);
        _inputType = new VectorDataViewType(NumberDataViewType.Single, length);
        _outputType = new VectorDataViewType(NumberDataViewType.Single, classes);
    }

    /// <summary>Number of training rows.</summary>
    public int RowCount => _labels.Length;

    /// <summary>The rows in the order in which an attack reads them.</summary>
    internal NeighborColumns ToColumns() => new(_rows, _labels, _length, _outputType.Size);

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    DataViewType IValueMapper.InputType => _inputType;

    DataViewType IValueMapper.OutputType => _outputType;

    ValueMapper<TSource, TDestination> IValueMapper.GetMapper<TSource, TDestination>()
    {
        var row = new float[_length];
        ValueMapper<VBuffer<float>, VBuffer<float>> map = (in VBuffer<float> features, ref VBuffer<float> scores) =>
        {
            features.CopyTo(row);
            VBufferEditor<float> editor = VBufferEditor.Create(ref scores, _outputType.Size);
            Score(row, editor.Values);
            scores = editor.Commit();
        };
        return (ValueMapper<TSource, TDestination>)(Delegate)map;
    }

    private void Score(float[] row, Span<float> scores)
    {
        scores.Fill(float.NegativeInfinity);
        for (int i = 0; i < _labels.Length; i++)
        {
            ref float score = ref scores[_labels[i]];
            score = Math.Max(score, -TensorPrimitives.Distance(row, _rows.AsSpan(i * _length, _length)));
        }
        // A class without rows gets the lowest score.
        for (int i = 0; i < scores.Length; i++)
            scores[i] = Math.Max(scores[i], float.MinValue);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "NEARNEIG",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(NearestNeighborModelParameters).Assembly.GetName().Name!);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: int sizeof(float), by the base class; int rows; int values of a row; int classes; int class of each row; stream
        // "Rows": float32, little-endian, row after row.
        ctx.Writer.Write(_labels.Length);
        ctx.Writer.Write(_length);
        ctx.Writer.Write(_outputType.Size);
        foreach (int label in _labels)
            ctx.Writer.Write(label);
        ctx.SaveBinaryStream(RowsStream, writer => writer.Write(MemoryMarshal.AsBytes(_rows.AsSpan())));
    }

    /// <summary>What <see cref="LoadableClassAttribute"/> calls for a stored model.</summary>
    private static NearestNeighborModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        BinaryReader reader = ctx.Reader;
        int size = reader.ReadInt32(), count = reader.ReadInt32(), length = reader.ReadInt32(), classes = reader.ReadInt32();
        if (size != sizeof(float) || count < 1 || length < 1 || classes < 2 || (long)count * length > Array.MaxLength)
            throw Damaged($"it has {count} rows of {length} values in {classes} classes");
        var labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = reader.ReadInt32();
            if (labels[i] < 0 || labels[i] >= classes)
                throw Damaged($"row {i} has class {labels[i]} of {classes}");
        }
        float[]? rows = null;
        ctx.TryLoadBinaryStream(RowsStream, stream =>
        {
            if (stream.BaseStream.Length != (long)count * length * sizeof(float))
                return;
            rows = new float[count * length];
            stream.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.AsSpan()));
        });
        return new NearestNeighborModelParameters(env, rows ?? throw Damaged($"its stream '{RowsStream}' is missing or has another size"), labels, length, classes);
    }

    private static FormatException Damaged(string what) => new($"The model file is damaged or foreign: {what}. Copy or train it again.");
}
