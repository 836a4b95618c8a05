using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(typeof(OnnxClassifierModelParameters), null, typeof(SignatureLoadModel), "ONNX classifier of ablated images", OnnxClassifierModelParameters.LoaderSignature)]

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>A classifier of images from an ONNX file. Its output is one probability per class.</summary>
/// <remarks>It holds the file; what scores holds a session of ONNX Runtime for each thread, and is disposed by what made it.</remarks>
public sealed class OnnxClassifierModelParameters : ModelParametersBase<VBuffer<float>>, IValueMapper, IAblationClassifier, IMaskClassifier
{
    internal const string LoaderSignature = "AblatedImageOnnx";
    private const string FileStream = "Onnx";

    private readonly ImageColumn _column;
    private readonly OnnxNetwork _network;
    private readonly VectorDataViewType _outputType;

    /// <param name="env">The environment.</param>
    /// <param name="column">The column of ablated images.</param>
    /// <param name="provider">What computes the network where the model is loaded.</param>
    /// <param name="network">The network.</param>
    internal OnnxClassifierModelParameters(IHostEnvironment env, ImageColumn column, OnnxProvider provider, OnnxNetwork network)
        : base(env, LoaderSignature)
    {
        (_column, Provider, _network) = (column, provider, network);
        _outputType = new VectorDataViewType(NumberDataViewType.Single, network.Signature.Classes);
    }

    /// <summary>The number of classes.</summary>
    public int ClassCount => _network.Signature.Classes;

    /// <summary>What the file's scores are; never Auto.</summary>
    public OnnxScores Scores => _network.Signature.Scores;

    /// <summary>What computes the network, where it is there.</summary>
    public OnnxProvider Provider { get; }

    /// <summary>The numbers in which the network computes: Int8 where this library made its integers.</summary>
    public OnnxPrecision Precision => _network.Precision;

    /// <summary>The file.</summary>
    internal byte[] Content => _network.Content;

    /// <summary>Whether it takes such images and scores so many classes.</summary>
    internal bool Fits(ImageColumn images, int classes) => images == _column && classes == ClassCount;

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    DataViewType IValueMapper.InputType => _column.Type;

    DataViewType IValueMapper.OutputType => _outputType;

    ValueMapper<TSource, TDestination> IValueMapper.GetMapper<TSource, TDestination>()
    {
        // The session lives as long as the mapper, and goes with it: nobody tells a mapper that it is no longer needed.
        var batch = new OnnxBatch(_network, _network.Signature.FixedBatch ?? 1);
        var planar = new float[_column.Values];
        ValueMapper<VBuffer<float>, VBuffer<float>> map = (in VBuffer<float> image, ref VBuffer<float> probabilities) =>
        {
            _column.CopyPlanar(image, planar);
            _network.ToInput(planar).Bytes.CopyTo(batch.Images);
            VBufferEditor<float> editor = VBufferEditor.Create(ref probabilities, ClassCount);
            batch.Score(batch.Size)[..ClassCount].CopyTo(editor.Values);
            batch.ToProbabilities(editor.Values);
            probabilities = editor.Commit();
        };
        return map as ValueMapper<TSource, TDestination>
            ?? throw new NotSupportedException($"The model maps vectors of Single to vectors of Single, not {typeof(TSource)} to {typeof(TDestination)}.");
    }

    IVoteSource IAblationClassifier.CreateVoteSource(AblationEncoder encoder, int retainedCount, long? memoryLimit, int? threads)
        => VoterOf(encoder, retainedCount).CreateSource(memoryLimit, threads);

    IMaskScoreSource IMaskClassifier.CreateScoreSource(AblationEncoder encoder, MaskFamily family, long? memoryLimit, int? threads)
    {
        (int size, int most) = BatchShape.OnCpu(_network.WorkingValues, _network.WorkingValues * sizeof(float), memoryLimit, threads, _network.Signature.FixedBatch, family.Count);
        OnnxVoter first = VoterOf(encoder, retainedCount: 1);
        return new ThreadedScoreSource(ClassCount, encoder.Shape.Values, most, () => new OnnxMaskStream(VoterOf(encoder, retainedCount: 1), family, size), first);
    }

    private OnnxVoter VoterOf(AblationEncoder encoder, int retainedCount)
    {
        ImageShape encoded = encoder.Layout.Shape with { Channels = encoder.EncodedChannels };
        var input = new ImageShape(_column.Channels, _column.Height, _column.Width);
        return encoded == input
            ? new OnnxVoter(_network, encoder, retainedCount)
            : throw new ArgumentException($"Ablated rows have the shape {encoded}, but the network takes {input}.");
    }

    /// <summary>Called for stored models (<see cref="LoadableClassAttribute"/>).</summary>
    private static OnnxClassifierModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        try
        {
            return Read(env, ctx);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged("it ends too early", e);
        }
    }

    private static OnnxClassifierModelParameters Read(IHostEnvironment env, ModelLoadContext ctx)
    {
        // *** Binary format ***
        // int: sizeof(float), by the base class
        // string: name of the column
        // int, int, int: channels, height, width
        // byte: 1 when the column is interleaved, else 0
        // string: name of the output
        // byte: 1 when the file takes the channels of a pixel side by side, else 0
        // byte: OnnxScores, never Auto
        // byte: OnnxProvider
        // float[channels], float[channels]: means, deviations
        // int: number of bytes of the stream "Onnx"
        // byte[32]: SHA-256 over all before it, but for the base class's, and that stream
        // stream "Onnx": the file
        if (ctx.Reader.ReadInt32() != sizeof(float))
            throw Damaged("its numbers are not float32");
        Header header = Header.Read(ctx.Reader);
        int length = ctx.Reader.ReadInt32();
        byte[] hash = ctx.Reader.ReadBytes(SHA256.HashSizeInBytes);
        byte[] content = ReadFile(ctx, length);
        if (!Hash(header, content).AsSpan().SequenceEqual(hash))
            throw Damaged($"its stream '{FileStream}' does not have the checksum that was stored with it");
        return new OnnxClassifierModelParameters(env, header.Column, header.Provider, new OnnxNetwork(content, header.Column, header.ToOptions(), OnnxDevice.Choose(env, header.Provider)));
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());
        var header = new Header(_column, _network.Signature.Output, _network.Signature.IsChannelsLast, _network.Signature.Scores, Provider, _network.Means, _network.Deviations);
        header.Write(ctx.Writer);
        ctx.Writer.Write(_network.Content.Length);
        ctx.Writer.Write(Hash(header, _network.Content));
        ctx.SaveBinaryStream(FileStream, writer => writer.Write(_network.Content));
    }

    private static byte[] Hash(Header header, byte[] content)
    {
        using var written = new MemoryStream();
        using (var writer = new BinaryWriter(written, Encoding.UTF8))
            header.Write(writer);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(written.ToArray());
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    private static byte[] ReadFile(ModelLoadContext ctx, int length)
    {
        byte[]? content = null;
        try
        {
            // Read only if the size is right, so that a damaged size allocates nothing.
            ctx.TryLoadBinaryStream(FileStream, reader => content = reader.BaseStream.Length == length ? reader.ReadBytes(length) : []);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged($"its stream '{FileStream}' cannot be unpacked", e);
        }
        if (content is null)
            throw Damaged($"its stream '{FileStream}' is missing");
        return content.Length == length ? content : throw Damaged(FormattableString.Invariant($"its stream '{FileStream}' does not have the {length:N0} bytes that it should"));
    }

    private static FormatException Damaged(string what, Exception? cause = null) => new($"The model file is damaged or foreign: {what}. Copy or make it again.", cause);

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "ABLIMGOX",
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        // The simple name: a file then opens under any later version of the assembly.
        loaderAssemblyName: typeof(OnnxClassifierModelParameters).Assembly.GetName().Name!);

    /// <summary>What is stored before the file.</summary>
    private sealed record Header(ImageColumn Column, string Output, bool IsChannelsLast, OnnxScores Scores, OnnxProvider Provider, float[] Means, float[] Deviations)
    {
        private const int MostChannels = 1024, MostSide = 1 << 14;

        public static Header Read(BinaryReader reader)
        {
            string name = reader.ReadString();
            int channels = reader.ReadInt32(), height = reader.ReadInt32(), width = reader.ReadInt32();
            if (channels is < 1 or > MostChannels || height is < 1 or > MostSide || width is < 1 or > MostSide)
                throw Damaged($"its images have {channels} channels and {height} × {width} pixels");
            var column = new ImageColumn(name, channels, height, width, reader.ReadByte() != 0);
            string output = reader.ReadString();
            bool isChannelsLast = reader.ReadByte() != 0;
            var scores = (OnnxScores)reader.ReadByte();
            if (scores == OnnxScores.Auto || !Enum.IsDefined(scores))
                throw Damaged($"its scores are of kind {(int)scores}");
            var provider = (OnnxProvider)reader.ReadByte();
            if (!Enum.IsDefined(provider))
                throw Damaged($"its provider is {(int)provider}");
            return new Header(column, output, isChannelsLast, scores, provider, ReadNumbers(reader, channels), ReadNumbers(reader, channels));
        }

        public void Write(BinaryWriter writer)
        {
            writer.Write(Column.Name);
            writer.Write(Column.Channels);
            writer.Write(Column.Height);
            writer.Write(Column.Width);
            writer.Write(Column.IsInterleaved ? (byte)1 : (byte)0);
            writer.Write(Output);
            writer.Write(IsChannelsLast ? (byte)1 : (byte)0);
            writer.Write((byte)Scores);
            writer.Write((byte)Provider);
            foreach (float value in Means.Concat(Deviations))
                writer.Write(value);
        }

        public OnnxClassifierOptions ToOptions() => new()
        {
            OutputName = Output,
            Layout = IsChannelsLast ? OnnxLayout.ChannelsLast : OnnxLayout.ChannelsFirst,
            Scores = Scores,
            Means = Means,
            Deviations = Deviations,
        };

        private static float[] ReadNumbers(BinaryReader reader, int count) => [.. Enumerable.Range(0, count).Select(_ => reader.ReadSingle())];
    }
}
