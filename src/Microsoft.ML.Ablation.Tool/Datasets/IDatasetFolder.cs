namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>A directory with a data set in it that the tool knows.</summary>
internal interface IDatasetFolder
{
    /// <summary>The name of the data set: "MNIST".</summary>
    string Name { get; }

    /// <summary>The full path of the directory.</summary>
    string Directory { get; }

    /// <summary>What was not checked, in words that follow a semicolon; null if all contents are the published ones.</summary>
    string? Caveat { get; }

    /// <summary>The names of the classes, where images are files in class folders; null where rows hold pixels.</summary>
    Func<IReadOnlyList<string>>? ListClasses => null;

    /// <summary>Whether the test images are others than the training images.</summary>
    bool HasTest => true;

    /// <summary>
    /// The training images, with the columns <c>Features</c> and <c>Label</c>, or <c>ImagePath</c> and <c>Label</c> where images are
    /// files; can be shuffled.
    /// </summary>
    IDataView LoadTrain(MLContext ml);

    /// <summary>The test images, with the same columns.</summary>
    IDataView LoadTest(MLContext ml);
}
