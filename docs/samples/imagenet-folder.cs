#!/usr/bin/env dotnet
// Photographs in a folder with one folder per class, such as ImageNet's:
//   dotnet run docs/samples/imagenet-folder.cs -- TRAIN_FOLDER TEST_FOLDER [IMAGE_SIZE K EPOCHS]
#:project ../../src/Microsoft.ML.Ablation.TorchSharp/Microsoft.ML.Ablation.TorchSharp.csproj
#:package TorchSharp-cpu
#:project ../../src/Microsoft.ML.Ablation.Images/Microsoft.ML.Ablation.Images.csproj
#:property PublishAot=false

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Transforms.Image;

int[] numbers = args.Length == 5 ? [.. args[2..].Select(number => int.Parse(number, CultureInfo.InvariantCulture))] : [224, 1_000, 90];
(int size, int k, int epochs) = (numbers[0], numbers[1], numbers[2]);
int larger = size * 8 / 7;                                                                 // 256 for 224

var ml = new MLContext(seed: 1);
ml.Log += (_, entry) => { if (entry.RawMessage.StartsWith("Epoch ", StringComparison.Ordinal)) Console.Error.WriteLine(entry.RawMessage); };
IDataView train = ml.Data.LoadImageFolder(args[0]);                                        // ImagePath, Label
IDataView test = ml.Data.TakeRows(ml.Data.ShuffleRows(ml.Data.LoadImageFolder(args[1]), seed: 1), 100);

var baseClassifier = ml.Transforms.RandomAblation(new RandomAblationOptions { RetainedCount = k, NormalizedInput = true })
    .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
    {
        Network = ImageNetwork.ResNet18,
        Epochs = epochs,
    }));

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.LoadImageFiles("Image", "ImagePath"))                            // upright, on white; names a damaged file
    .Append(ml.Transforms.ResizeImages("Image", larger, larger, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
    .Append(ml.Transforms.ExtractPixels("Features", "Image", scaleImage: 1 / 255f))
    .Append(ml.Transforms.DropColumns("Image"))
    .Append(ml.Transforms.RandomResizedCropFlip(height: size, width: size))                // training: random parts; else the centre
    .Append(ml.Transforms.NormalizeChannels(ImageNetChannels.Means, ImageNetChannels.StandardDeviations))
    .Append(ml.Transforms.SmoothedCertifier(baseClassifier));

var model = pipeline.Fit(train);
CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(model.Transform(test));
Console.WriteLine($"accuracy {metrics.ClassificationAccuracy:P0}, median certified radius {metrics.MedianCertifiedRadius} pixels");

ml.Model.Save(model, train.Schema, "model.zip");                                           // takes paths of image files
