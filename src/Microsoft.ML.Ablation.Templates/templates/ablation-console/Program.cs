// Trains a classifier, and certifies for each image how many of its pixels anybody may change, to whatever values, without changing the answer.
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);

// Digits of 28 × 28 pixels that the library draws itself. For photographs in a folder for each class: ml.Data.LoadImageFolder("photos") of Microsoft.ML.Ablation.Images.
IDataView train = ml.Data.LoadGeneratedDigits(6_000, seed: 1);
IDataView test = ml.Data.LoadGeneratedDigits(200, seed: 2);

// 65 masks divide the pixels among them; a small network answers for each, and they vote. A changed pixel changes one vote.
var baseClassifier = ml.Transforms.PartitionAblation(masks: 65)
    .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(TrainingRecipes.FixedMasks()));
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.SmoothedCertifier(baseClassifier));

Console.WriteLine("Training, about half a minute ...");
ITransformer model = pipeline.Fit(ml.Data.Cache(train));
IDataView certified = ml.Data.Certify(model, test);

Console.WriteLine(ml.MulticlassClassification.EvaluateCertified(certified));
Console.WriteLine("The first images:");
foreach (CertifiedDigit digit in ml.Data.CreateEnumerable<CertifiedDigit>(ml.Data.TakeRows(ToNames(certified), 5), reuseRowObject: false))
{
    Console.WriteLine(digit.CertifiedRadius < 0
        ? $"  a {digit.LabelName}: no answer is certified"
        : $"  a {digit.LabelName}: the answer is {digit.Answer}, whatever becomes of {digit.CertifiedRadius} of its pixels");
}

ml.Model.Save(model, train.Schema, "model.zip");
Console.WriteLine("The model is in model.zip: ml.Model.Load reads it in any program with these packages.");

// Keys of classes become their names.
IDataView ToNames(IDataView rows) => ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Append(ml.Transforms.Conversion.MapKeyToValue("LabelName", "Label"))
    .Fit(rows).Transform(rows);

internal sealed class CertifiedDigit
{
    public string LabelName { get; set; } = "";

    public string Answer { get; set; } = "";

    public int CertifiedRadius { get; set; }
}
