using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Ablation.Onnx;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using static TorchSharp.torch;

[assembly: LoadableClass(typeof(AblatedImageModelParameters), null, typeof(SignatureLoadModel), "Ablated image classifier",
    AblatedImageModelParameters.LoaderSignature)]

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A trained network for ablated images. Its output is one softmax probability per class.
/// </summary>
/// <remarks>
/// It owns native memory: dispose it, or its transformer, when it is no longer needed. Later scoring throws
/// <see cref="ObjectDisposedException"/>. It runs on the device of the <see cref="MLContext"/> that trained or loaded it.
/// </remarks>
public sealed class AblatedImageModelParameters : ModelParametersBase<VBuffer<float>>, IValueMapper, IAblationClassifier,
    IMaskClassifier, IGradientClassifier, IDisposable
{
    internal const string LoaderSignature = "AblatedImageNetwork";
    private const string WeightsStream = "Weights", IntegersDirectory = "Integers";

    private readonly ImageColumn _column;
    private readonly VectorDataViewType _outputType;
    private readonly ScoringNetwork? _scoring;
    private readonly OnnxClassifierModelParameters? _integers;

    /// <param name="env">The environment.</param>
    /// <param name="column">The column of ablated images.</param>
    /// <param name="network">The network; the model becomes its owner.</param>
    /// <param name="precision">A number format of torch, or Auto.</param>
    internal AblatedImageModelParameters(IHostEnvironment env, ImageColumn column, AblationNetwork network, ScoringPrecision precision)
        : this(env, column, network)
    {
        Precision = network.Architecture.Resolve(precision, network.Device);
        _scoring = network.ToScoring(Precision.ToScalarType());
    }

    /// <param name="env">The environment.</param>
    /// <param name="column">The column of ablated images.</param>
    /// <param name="network">The network; the model becomes its owner.</param>
    /// <param name="integers">Its twin in integers, which scores.</param>
    internal AblatedImageModelParameters(IHostEnvironment env, ImageColumn column, AblationNetwork network, OnnxClassifierModelParameters integers)
        : this(env, column, network) => (Precision, _integers) = (ScoringPrecision.Int8, integers);

    private AblatedImageModelParameters(IHostEnvironment env, ImageColumn column, AblationNetwork network)
        : base(env, LoaderSignature)
    {
        _column = column;
        Network = network;
        _outputType = new VectorDataViewType(NumberDataViewType.Single, network.Shape.Classes);
    }

    /// <summary>The number format in which the network scores; never Auto.</summary>
    public ScoringPrecision Precision { get; }

    /// <summary>The network, for votes on tensors.</summary>
    internal AblationNetwork Network { get; }

    /// <summary>The environment, for objects that are made from the model.</summary>
    internal IHostEnvironment HostEnvironment => Host;

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    DataViewType IValueMapper.InputType => _column.Type;

    DataViewType IValueMapper.OutputType => _outputType;

    /// <summary>Frees the weights. A second call does nothing.</summary>
    public void Dispose()
    {
        _scoring?.Dispose();
        Network.Dispose();
    }

    ValueMapper<TSource, TDestination> IValueMapper.GetMapper<TSource, TDestination>()
    {
        var planar = new float[Network.Shape.Values];
        ValueMapper<VBuffer<float>, VBuffer<float>>? integers = (_integers as IValueMapper)?.GetMapper<VBuffer<float>, VBuffer<float>>();
        ValueMapper<VBuffer<float>, VBuffer<float>> map = (in VBuffer<float> image, ref VBuffer<float> probabilities) =>
        {
            if (integers is not null)
            {
                Network.CheckAlive();
                integers(in image, ref probabilities);
                return;
            }
            _column.CopyPlanar(image, planar);
            VBufferEditor<float> editor = VBufferEditor.Create(ref probabilities, Network.Shape.Classes);
            Score(planar, editor.Values);
            probabilities = editor.Commit();
        };
        return map as ValueMapper<TSource, TDestination>
            ?? throw new NotSupportedException($"The model maps vectors of Single to vectors of Single, not {typeof(TSource)} to {typeof(TDestination)}.");
    }

    IVoteSource IAblationClassifier.CreateVoteSource(AblationEncoder encoder, int retainedCount, long? memoryLimit, int? threads)
    {
        RequireFit(encoder);
        if (_integers is IAblationClassifier integers)
            return integers.CreateVoteSource(encoder, retainedCount, memoryLimit, threads);
        return new NetworkVoter(CopyToScore(), encoder, retainedCount).CreateSource(memoryLimit, threads);
    }

    IMaskScoreSource IMaskClassifier.CreateScoreSource(AblationEncoder encoder, MaskFamily family, long? memoryLimit, int? threads)
    {
        RequireFit(encoder);
        if (Network.Architecture is FixedMaskArchitecture made && made.ProblemWith(family, TensorMemory.Read(Network.Parameters[0])) is { } problem)
            throw new ArgumentException($"The base classifier cannot answer: {problem}. Ablate with the masks of its training.", nameof(family));
        if (_integers is IMaskClassifier integers)
            return integers.CreateScoreSource(encoder, family, memoryLimit, threads);
        return NetworkScores.CreateSource(CopyToScore(), new MaskSet(family, encoder, Network.Device), memoryLimit, threads);
    }

    private void RequireFit(AblationEncoder encoder)
    {
        Network.CheckAlive();
        ImageShape encoded = encoder.Layout.Shape with { Channels = encoder.EncodedChannels };
        var input = new ImageShape(_column.Channels, _column.Height, _column.Width);
        if (encoded != input)
            throw new ArgumentException($"Ablated rows have the shape {encoded}, but the network takes {input}.");
    }

    double IGradientClassifier.Margin(AblationEncoder encoder, ReadOnlySpan<float> planar, IReadOnlyList<int[]> retained, int label, Span<float> gradient)
        => AblationGradient.Margin(Network, encoder, planar, retained, label, gradient);

    /// <summary>A copy of the network in another number format.</summary>
    /// <param name="precision">The format.</param>
    /// <param name="rows">For Int8 and Auto: encoded values of ablated images in channel-major order, which settle the ranges of integers.</param>
    internal AblatedImageModelParameters WithPrecision(ScoringPrecision precision, IEnumerable<float[]>? rows)
    {
        if (precision != ScoringPrecision.Int8)
            precision = Network.Architecture.Resolve(precision, Network.Device, hasRows: rows is not null);
        // First what may be refused: the copy is native memory.
        OnnxClassifierModelParameters? integers = precision == ScoringPrecision.Int8 ? OnnxTwin.Make(Host, _column, Network, rows!) : null;
        AblationNetwork copy = Network.Architecture.Create(Network.Shape, Network.ReadWeights(), Network.Device);
        return integers is null ? new(Host, _column, copy, precision) : new(Host, _column, copy, integers);
    }

    /// <summary>A copy of the network, whose scores are the mean over an ablated image and its mirror image.</summary>
    /// <param name="rows">For a model in integers: encoded values of ablated images in channel-major order, which settle the ranges of the copy's; else null.</param>
    /// <exception cref="InvalidOperationException">The network does not allow it.</exception>
    internal AblatedImageModelParameters WithMirroredScores(IEnumerable<float[]>? rows) => With(Network.Architecture.Mirrored(), Network.ReadWeights(), rows);

    /// <summary>A model with copies of this network and others, whose scores are the mean of theirs.</summary>
    /// <param name="others">The models of the others, for the same images and classes.</param>
    /// <param name="rows">As for <see cref="WithMirroredScores"/>.</param>
    /// <exception cref="InvalidOperationException">The networks do not allow it.</exception>
    internal AblatedImageModelParameters WithAveragedScores(IEnumerable<AblatedImageModelParameters> others, IEnumerable<float[]>? rows)
    {
        AblationNetwork[] networks = [Network, .. others.Select(other => other.Network)];
        return With(NetworkArchitecture.MeanOf([.. networks.Select(network => network.Architecture)]), [.. networks.SelectMany(network => network.ReadWeights())], rows);
    }

    private AblatedImageModelParameters With(FunctionalArchitecture architecture, float[][] weights, IEnumerable<float[]>? rows)
    {
        AblationNetwork network = architecture.Create(Network.Shape, weights, Network.Device);
        try
        {
            return Precision == ScoringPrecision.Int8 ? new(Host, _column, network, OnnxTwin.Make(Host, _column, network, rows!)) : new(Host, _column, network, Precision);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The network as an ONNX file, in integers if it votes in these.</summary>
    /// <exception cref="InvalidOperationException">Its layers are not known.</exception>
    internal byte[] ToOnnx() => _integers?.Content ?? OnnxExport.Write(Network);

    /// <summary>The network on ONNX Runtime, in integers if it votes in these.</summary>
    /// <exception cref="InvalidOperationException">Its layers are not known.</exception>
    internal OnnxClassifierModelParameters WithoutTorch() => _integers ?? new OnnxClassifierModelParameters(Host, _column, OnnxProvider.Cpu, OnnxTwin.Exported(_column, Network));

    /// <summary>The images that the network takes.</summary>
    internal ImageColumn Images => _column;

    /// <summary>The network for a source of votes; warns of a number format that this processor computes slowly.</summary>
    private ScoringNetwork CopyToScore()
    {
        if (!ScoringPrecisions.Computes(Network.Device, _scoring!.Precision))
            WarnOfSlowPrecision();
        return _scoring.Copy();
    }

    private void WarnOfSlowPrecision()
    {
        using IChannel channel = Host.Start("Votes");
        string cost = _scoring!.Arithmetic.Rounds
            ? "It computes in float32 and rounds, so votes are somewhat slower"
            : "Votes are several times slower";
        channel.Warning($"The model's precision is {Precision}, for which this processor has no instructions. {cost} than those of a "
            + "Float32 model. WithPrecision(ScoringPrecision.Float32) makes such a model with the same weights.");
    }

    private void Score(float[] planar, Span<float> probabilities)
    {
        using var scope = NewDisposeScope();
        using IDisposable _ = inference_mode();
        NetworkShape shape = Network.Shape;
        Tensor images = TensorMemory.Copy<float>(planar, [1, shape.Channels, shape.Height, shape.Width], ScalarType.Float32, Network.Device);
        Tensor pixels = images.permute(0, 2, 3, 1).contiguous().to(_scoring!.Precision);
        TensorMemory.Read(_scoring.Forward(pixels).softmax(1)).CopyTo(probabilities);
    }

    /// <summary>Called for stored models (<see cref="LoadableClassAttribute"/>).</summary>
    private static AblatedImageModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
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

    private static AblatedImageModelParameters Read(IHostEnvironment env, ModelLoadContext ctx)
    {
        // *** Binary format ***
        // int: sizeof(float), by the base class
        // string id: architecture
        // int, int, int, int: channels, height, width, classes
        // byte: 1 when the column is interleaved, else 0
        // string id: name of the column
        // byte: ScoringPrecision, never Auto
        // long: number of bytes of the stream "Weights"
        // byte[32]: SHA-256 over the text "architecture|shape|interleaved|name of the column|precision" in UTF-8 and that stream
        // stream "Weights": see WeightFormat
        // directory "Integers", for Int8: an OnnxClassifierModelParameters
        BinaryReader reader = ctx.Reader;
        if (reader.ReadInt32() != sizeof(float))
            throw Damaged("its numbers are not float32");
        string name = ctx.LoadNonEmptyString();
        var shape = new NetworkShape(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        if (shape.Problem() is { } impossible)
            throw Damaged(impossible);
        bool interleaved = reader.ReadByte() != 0;
        var column = new ImageColumn(ctx.LoadNonEmptyString(), shape.Channels, shape.Height, shape.Width, interleaved);
        var precision = (ScoringPrecision)reader.ReadByte();
        if (precision == ScoringPrecision.Auto || !Enum.IsDefined(precision))
            throw Damaged($"its scoring precision is {(int)precision}");
        long length = reader.ReadInt64();
        byte[] hash = reader.ReadBytes(SHA256.HashSizeInBytes);
        byte[] content = ReadWeightsStream(ctx, length);
        if (!Hash(name, column, shape, precision, content).AsSpan().SequenceEqual(hash))
            throw Damaged($"its stream '{WeightsStream}' does not have the checksum that was stored with it");

        // The file is intact. The network comes last, because a factory of the application may have to make it.
        if (NetworkArchitecture.Find(name) is not { } architecture)
            throw Damaged($"its network '{name}' is unknown to this version");
        if (architecture.Problem(shape) is { } problem)
            throw Damaged(problem);
        float[][] weights = WeightFormat.Read(content, architecture.ParametersOf(shape));
        IHost host = env.Register(LoaderSignature);
        using IChannel channel = host.Start("Loading");
        AblationNetwork network = architecture.Create(shape, weights, TorchDevice.Choose(host, channel));
        if (precision != ScoringPrecision.Int8)
            return new AblatedImageModelParameters(env, column, network, precision);
        ctx.LoadModelOrNull<OnnxClassifierModelParameters, SignatureLoadModel>(env, out OnnxClassifierModelParameters? integers, IntegersDirectory);
        return integers?.Fits(column, shape.Classes) == true ? new AblatedImageModelParameters(env, column, network, integers) : throw Damaged("its integers are missing, or those of another network");
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());
        NetworkShape shape = Network.Shape;
        byte[] content = WeightFormat.Write(Network.Architecture.ParametersOf(shape), Network.ReadWeights());
        ctx.SaveNonEmptyString(Network.Architecture.Name);
        ctx.Writer.Write(shape.Channels);
        ctx.Writer.Write(shape.Height);
        ctx.Writer.Write(shape.Width);
        ctx.Writer.Write(shape.Classes);
        ctx.Writer.Write(_column.IsInterleaved ? (byte)1 : (byte)0);
        ctx.SaveNonEmptyString(_column.Name);
        ctx.Writer.Write((byte)Precision);
        ctx.Writer.Write(content.LongLength);
        ctx.Writer.Write(Hash(Network.Architecture.Name, _column, shape, Precision, content));
        ctx.SaveBinaryStream(WeightsStream, writer => writer.Write(content));
        if (_integers is not null)
            ctx.SaveModel(_integers, IntegersDirectory);
    }

    /// <summary>Covers the header too: with a flipped layout the model would work, but wrongly.</summary>
    private static byte[] Hash(string architecture, ImageColumn column, NetworkShape shape, ScoringPrecision precision,
        byte[] weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(
            $"{architecture}|{shape}|{column.IsInterleaved}|{column.Name}|{precision}"));
        hash.AppendData(weights);
        return hash.GetHashAndReset();
    }

    private static byte[] ReadWeightsStream(ModelLoadContext ctx, long length)
    {
        byte[]? content = null;
        long found = 0;
        try
        {
            ctx.TryLoadBinaryStream(WeightsStream, reader =>
            {
                found = reader.BaseStream.Length;
                // Read only if the size is right, so that a damaged size allocates nothing.
                content = found == length ? reader.ReadBytes((int)length) : [];
            });
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Damaged($"its stream '{WeightsStream}' cannot be unpacked", e);
        }
        if (content is null)
            throw Damaged($"its stream '{WeightsStream}' is missing");
        if (content.LongLength != length)
            throw Damaged(FormattableString.Invariant($"its stream '{WeightsStream}' has {found:N0} bytes instead of {length:N0}"));
        return content;
    }

    private static FormatException Damaged(string what, Exception? cause = null) =>
        new($"The model file is damaged or foreign: {what}. Copy or train it again.", cause);

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "ABLIMGNN",
        verWrittenCur: 0x00010001, // Initial
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        // The simple name: a file then opens under any later version of the assembly.
        loaderAssemblyName: typeof(AblatedImageModelParameters).Assembly.GetName().Name!);
}
