using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>Makes a base classifier of an ONNX file that takes images and scores classes.</summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Label column | a key, as from <c>Conversion.MapValueToKey</c>, with as many values as the file has classes, in the same order |
/// | Feature column | a vector of <c>Single</c> with 3 dimensions: channels × height × width or height × width × channels; from <c>RandomAblation</c> or another ablation |
/// | PredictedLabel | a key with the label's values |
/// | Score | a vector of <c>Single</c>: probability per class, slots named by class |
///
/// The file has one input of Single or bytes, [batch, channels, height, width], [batch, height, width, channels] or [batch, values], whose batch is of any size or of one that the file
/// fixes, and an output [batch, classes]. Fitting checks that against the ablated images, and scores one image.
/// </format>
/// </remarks>
public sealed class OnnxClassifierEstimator : TrainerEstimatorBase<MulticlassPredictionTransformer<OnnxClassifierModelParameters>, OnnxClassifierModelParameters>
{
    private readonly string _path;
    private readonly OnnxClassifierOptions _options;

    internal OnnxClassifierEstimator(IHostEnvironment env, string path, OnnxClassifierOptions options)
        : base(env.Register(OnnxClassifierModelParameters.LoaderSignature), TrainerUtils.MakeR4VecFeature(options.FeatureColumnName),
            TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName)) => (_path, _options) = (path, options);

    /// <summary>For pipelines: nothing is normalized or cached for it.</summary>
    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override void CheckLabelCompatible(SchemaShape.Column labelCol) => MulticlassColumns.RequireKey(labelCol);

    private protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) => MulticlassColumns.Of(inputSchema, LabelColumn.Name);

    private protected override OnnxClassifierModelParameters TrainModelCore(TrainContext trainContext)
    {
        RoleMappedData data = trainContext.TrainingSet;
        DataViewSchema.Column label = data.Schema.Label!.Value;
        var images = ImageColumn.Read(data.Schema.Feature!.Value);
        var network = new OnnxNetwork(OnnxFile.ReadAll(_path), images, _options, OnnxDevice.Choose(Host, _options.Provider), _path);
        ulong classes = label.Type is KeyDataViewType key ? key.Count : 0;
        if (classes != (ulong)network.Signature.Classes)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"ONNX file '{_path}' scores {network.Signature.Classes:N0} classes, but the label column '{label.Name}' has ")
                + FormattableString.Invariant($"{classes:N0}; make its keys from all classes in the order of the file, as with the keyData of Conversion.MapValueToKey."));
        }
        if (!network.SaysAblated)
        {
            using IChannel channel = Host.Start("Training");
            channel.Warning($"ONNX file '{_path}' does not say that it was trained on ablated images. Certificates are true, but if it never saw NULL, they are small: train on images behind "
                + $"the same ablation, and put '{OnnxFile.RetainedKey}' with k into the file's metadata.");
        }
        if (_options.Precision == OnnxPrecision.Int8 && network.Precision != OnnxPrecision.Int8)
            network = network.ToIntegers(AblatedRows.Read(data.Data, data.Schema.Feature!.Value, images, Host.Rand.Next()));
        return new OnnxClassifierModelParameters(Host, images, _options.Provider, network);
    }

    private protected override MulticlassPredictionTransformer<OnnxClassifierModelParameters> MakeTransformer(OnnxClassifierModelParameters model, DataViewSchema trainSchema)
        => new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);
}
