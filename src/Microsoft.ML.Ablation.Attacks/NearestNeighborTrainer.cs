using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>
/// Keeps all training rows; a row gets the class of the nearest one (Euclidean distance). A baseline for attacks.
/// </summary>
public sealed class NearestNeighborTrainer
    : TrainerEstimatorBase<MulticlassPredictionTransformer<NearestNeighborModelParameters>, NearestNeighborModelParameters>
{
    internal NearestNeighborTrainer(IHostEnvironment env, string labelColumnName, string featureColumnName)
        : base(env.Register(NearestNeighborModelParameters.LoaderSignature), TrainerUtils.MakeR4VecFeature(featureColumnName),
            TrainerUtils.MakeU4ScalarColumn(labelColumnName))
    {
    }

    /// <summary>Trainer information for pipelines: the trainer needs no normalization, and reads the data once.</summary>
    public override TrainerInfo Info { get; } = new(normalization: false, caching: false);

    private protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    private protected override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
        => MulticlassColumns.Of(inputSchema, LabelColumn.Name);

    private protected override NearestNeighborModelParameters TrainModelCore(TrainContext trainContext)
    {
        RoleMappedData data = trainContext.TrainingSet;
        DataViewSchema.Column label = data.Schema.Label!.Value, features = data.Schema.Feature!.Value;
        int length = features.Type.GetVectorSize();
        if (length == 0)
            throw new ArgumentOutOfRangeException(nameof(trainContext), $"Column '{features.Name}' has rows of different lengths; give all rows the same length.");
        var rows = new List<float>();
        var labels = new List<int>();
        using DataViewRowCursor cursor = SingleCursor.Open(data.Data, [label, features]);
        ValueGetter<uint> getLabel = RowCursorUtils.GetGetterAs<uint>(NumberDataViewType.UInt32, cursor, label.Index);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(features);
        uint key = 0;
        VBuffer<float> row = default;
        while (cursor.MoveNext())
        {
            getLabel(ref key);
            if (key == 0)
                continue;
            getFeatures(ref row);
            labels.Add((int)key - 1);
            rows.AddRange(row.DenseValues());
        }
        if (labels.Count == 0)
            throw new InvalidOperationException($"The training set has no row with a label in column '{label.Name}'.");
        return new NearestNeighborModelParameters(Host, [.. rows], [.. labels], length, label.Type.GetKeyCountAsInt32(Host));
    }

    private protected override MulticlassPredictionTransformer<NearestNeighborModelParameters> MakeTransformer(
        NearestNeighborModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);
}
