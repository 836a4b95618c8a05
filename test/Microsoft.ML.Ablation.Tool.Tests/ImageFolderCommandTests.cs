using System.Text.Json;
using Microsoft.ML.Ablation.Tool.Tests.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Training and certifying folders of image files.</summary>
[TestClass]
public sealed class ImageFolderCommandTests
{
    private static string s_folder = "";
    private static ToolProcess s_train = null!;

    private static readonly string[] s_plan = ["--selection-votes", "50", "--votes", "100"];
    private static readonly string[] s_training = ["--image-size", "14", "--k", "40", "--epochs", "3", "--batch-size", "12"];

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        PictureFolder.WriteTo(Path.Combine(s_folder, "pictures", "train"), count: 12);
        PictureFolder.WriteTo(Path.Combine(s_folder, "pictures", "val"), count: 2);
        File.WriteAllText(Path.Combine(s_folder, "classes.txt"), "yellow\tlike the sun\nred\nblue\ngreen\n");
        s_train = ToolProcess.Ablation(s_folder, ["train", "--data", "pictures", "--classes", "classes.txt", .. s_training, .. s_plan, "--resized-crop",
            "--flip", "--normalize", "--out", "model.zip", "--json"]);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Train_takes_train_and_certify_takes_val_with_all_classes_of_the_file()
    {
        Assert.AreEqual(0, s_train.ExitCode, s_train.Error);
        Assert.AreEqual("image folder pictures", JsonDocument.Parse(s_train.Output).RootElement.GetProperty("data").GetString());

        ToolProcess certify = ToolProcess.Ablation(s_folder, "certify", "--model", "model.zip", "--data", "pictures", "--out", "rows.csv", "--json");
        Assert.AreEqual(0, certify.ExitCode, certify.Error);
        JsonElement result = JsonDocument.Parse(certify.Output).RootElement;
        Assert.AreEqual(6, result.GetProperty("rows").GetInt32());
        Assert.AreEqual(196, result.GetProperty("positions").GetInt32());
        Assert.AreEqual(1, result.GetProperty("accuracy").GetDouble());

        string[] lines = File.ReadAllLines(Path.Combine(s_folder, "rows.csv"));
        StringAssert.EndsWith(lines[0], ",selection_votes,votes,file");
        string[] second = lines[2].Split(',');
        Assert.AreEqual("green", second[1]);
        Assert.AreEqual(4, second[6].Split(' ').Length, "four classes");
        Assert.AreEqual(Path.Combine(s_folder, "pictures", "val", "green", "0.JPEG"), second[8]);
    }

    [TestMethod]
    public void Predict_answers_image_files_as_certify_does()
    {
        string[] rows = File.ReadAllLines(CertifiedRows());
        string[] files = [.. rows[1..].Select(row => row.Split(',')[8])];
        ToolProcess predict = ToolProcess.Ablation(s_folder, ["predict", "--model", "model.zip", .. files, "--json"]);
        Assert.AreEqual(0, predict.ExitCode, predict.Error);
        JsonElement result = JsonDocument.Parse(predict.Output).RootElement;
        Assert.AreEqual("changed pixels", result.GetProperty("against").GetString());
        JsonElement[] predictions = [.. result.GetProperty("predictions").EnumerateArray()];
        Assert.HasCount(rows.Length - 1, predictions);
        foreach ((JsonElement predicted, string row) in predictions.Zip(rows[1..]))
        {
            string[] cells = row.Split(',');
            Assert.AreEqual(cells[8], predicted.GetProperty("input").GetString());
            Assert.AreEqual(cells[2], predicted.GetProperty("predictedLabel").GetString());
            Assert.AreEqual(cells[4], predicted.GetProperty("certifiedRadius").GetRawText());
        }

        ToolProcess text = ToolProcess.Ablation(s_folder, "predict", "--model", "model.zip", files[0], "-q");
        Assert.AreEqual(0, text.ExitCode, text.Error);
        StringAssert.Contains(text.Output, "no change of up to");
        ToolProcess explain = ToolProcess.Ablation(s_folder, "explain", "--model", "model.zip", files[0], "--ablations", "20", "-q");
        Assert.AreEqual(0, explain.ExitCode, explain.Error);
        StringAssert.Contains(explain.Output, $"The answer is '{predictions[0].GetProperty("predictedLabel").GetString()}'");
        Refused("'pictures/none.png'", "predict", "--model", "model.zip", "pictures/none.png");
        Refused("'classes.txt' is a table, but 'model.zip' is no model of tables: it takes 'ImagePath'", "predict", "--model", "model.zip", "classes.txt");
        Refused("--invert is given, but 'model.zip' was trained on image files as they are", "predict", "--model", "model.zip", files[0], "--invert");
        Refused("Required argument missing", "predict", "--model", "model.zip");

        static string CertifiedRows()
        {
            ToolProcess certify = ToolProcess.Ablation(s_folder, "certify", "--model", "model.zip", "--data", "pictures", "--out", "predicted.csv", "-q");
            Assert.AreEqual(0, certify.ExitCode, certify.Error);
            return Path.Combine(s_folder, "predicted.csv");
        }
    }

    [TestMethod]
    public void Images_of_files_are_attacked_as_the_pixels_that_the_model_makes_of_them()
    {
        string[] attack = ["attack", "--model", "model.zip", "--data", "pictures", "--restarts", "1", "--first-look", "20", "--closer-look", "20", "--verification-votes", "50", "-q"];
        ToolProcess first = ToolProcess.Ablation(s_folder, [.. attack, "--rows", "1", "--run", "attacked"]);
        Assert.AreEqual(0, first.ExitCode, first.Error);
        ToolProcess more = ToolProcess.Ablation(s_folder, [.. attack, "--rows", "2", "--run", "attacked", "--json"]);
        Assert.AreEqual(0, more.ExitCode, more.Error);
        JsonElement result = JsonDocument.Parse(more.Output).RootElement;
        Assert.AreEqual(2, result.GetProperty("rows").GetInt32());
        Assert.AreEqual(0, result.GetProperty("refuted").GetInt32());
        Assert.IsGreaterThan(2, result.GetProperty("queries").GetInt64());

        string[] certify = ["certify", "--model", "model.zip", "--data", "pictures", "--rows", "2", "--run", "certified", "-q"];
        Assert.AreEqual(0, ToolProcess.Ablation(s_folder, certify).ExitCode);
        string[] report = ["report", "--run", "certified", "--attack", "attacked", "--data", "pictures", "--out", "attacked.html", "-q"];
        ToolProcess withoutModel = ToolProcess.Ablation(s_folder, report);
        Assert.AreEqual(2, withoutModel.ExitCode);
        StringAssert.Contains(withoutModel.Error, "give that model with --model");
        ToolProcess page = ToolProcess.Ablation(s_folder, [.. report, "--model", "model.zip"]);
        Assert.AreEqual(0, page.ExitCode, page.Error);
        StringAssert.Contains(File.ReadAllText(Path.Combine(s_folder, "attacked.html")), "Attacked");
    }

    [TestMethod]
    public void The_saved_model_takes_paths_of_files_in_any_program()
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = ml.Model.Load(Path.Combine(s_folder, "model.zip"), out DataViewSchema schema);
        using var owned = (IDisposable)model;
        CollectionAssert.AreEqual(new[] { "ImagePath", "Label" }, schema.Select(column => column.Name).ToArray());
        IDataView report = ml.Data.Cache(model.Transform(ml.Data.LoadImageFolder(Path.Combine(s_folder, "pictures", "val"))));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 14, 14), report.Schema["Features"].Type);
        Assert.AreEqual(1, ml.MulticlassClassification.EvaluateCertified(report).ClassificationAccuracy);
    }

    [TestMethod]
    public void Demo_takes_a_folder_without_parts_of_which_it_certifies_what_it_held_out()
    {
        ToolProcess demo = ToolProcess.Ablation(s_folder, ["demo", "--data", Path.Combine("pictures", "train"), "--network", "CompactResidual", "--epochs", "1",
            "--k", "40", "--rows", "2", "--selection-votes", "5", "--votes", "10", "--out", "demo", "--json"]);
        Assert.AreEqual(0, demo.ExitCode, demo.Error);
        JsonElement result = JsonDocument.Parse(demo.Output).RootElement;
        Assert.AreEqual(400, result.GetProperty("positions").GetInt32());
        Assert.AreEqual(2, result.GetProperty("rows").GetInt32());
    }

    [TestMethod]
    public void A_damaged_file_is_named_when_training_or_certification_reaches_it()
    {
        string pictures = Path.Combine(s_folder, "damaged"), bad = Path.Combine(pictures, "red", "0.JPEG");
        PictureFolder.WriteTo(pictures, count: 2);
        byte[] content = File.ReadAllBytes(bad);
        File.WriteAllBytes(bad, content[..(content.Length / 2)]);
        // Without a transform of this library behind ML.NET's, as here, ML.NET reads rows ahead in threads of its own.
        ToolProcess plain = ToolProcess.Ablation(s_folder, ["train", "--data", Path.Combine("pictures", "val"), "--image-size", "14", "--k", "40", "--epochs", "1", .. s_plan,
            "--out", "plain.zip"]);
        Assert.AreEqual(0, plain.ExitCode, plain.Error);
        foreach (string[] arguments in (string[][])[["train", "--data", "damaged", .. s_training, "--out", "bad.zip"], ["certify", "--model", "model.zip", "--data", "damaged"],
            ["certify", "--model", "plain.zip", "--data", "damaged"]])
        {
            ToolProcess run = ToolProcess.Ablation(s_folder, arguments);
            Assert.AreEqual(2, run.ExitCode, run.Error);
            StringAssert.Contains(run.Error, $"ablation: '{bad}' is not a whole image: a JPEG file that breaks off after {content.Length / 2}");
        }
        Assert.IsFalse(File.Exists(Path.Combine(s_folder, "bad.zip")));
    }

    [TestMethod]
    public void What_does_not_fit_is_told_in_one_line()
    {
        PictureFolder.WriteTo(Path.Combine(s_folder, "other"), count: 1);
        Directory.Move(Path.Combine(s_folder, "other", "red"), Path.Combine(s_folder, "other", "pink"));
        Refused("The model has no class 'pink'; certify images of its 4 classes.", "certify", "--model", "model.zip", "--data", "other");
        Refused("'model.zip' was trained on image files of 4 classes, 'yellow', 'red', 'blue', 'green', but generated digits has rows of pixels;", "certify", "--model", "model.zip", "--generated");
        Refused("lacks 'pink', for which there is a folder", ["train", "--data", "other", "--classes", "classes.txt", .. s_training]);
        Refused("Give only one of --crop and --resized-crop.", ["train", "--data", "other", "--crop", "2", "--resized-crop", .. s_training]);
        Refused("not for generated digits; leave them out", "train", "--generated", "--image-size", "20");
        Refused("not for generated digits; leave them out", "train", "--generated", "--classes", "classes.txt");
        Refused("--image-size is '3'; it must be a whole number from 4 to 4096.", "train", "--data", "other", "--image-size", "3");
        Refused("none.txt", ["train", "--data", "other", "--classes", "none.txt", .. s_training]);
    }

    private static void Refused(string message, params string[] arguments)
    {
        ToolProcess run = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(2, run.ExitCode, run.Error);
        StringAssert.Contains(run.Error, message);
        Assert.DoesNotContain("   at ", run.Error);
    }
}
