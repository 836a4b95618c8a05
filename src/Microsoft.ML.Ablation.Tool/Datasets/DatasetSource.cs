using Microsoft.ML;
using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// The images that a command works on: those of the folder that was given, else MNIST where it is available, else the generated
/// digits; with the reason.
/// </summary>
internal sealed class DatasetSource
{
    private const int TrainCount = 60_000, TestCount = 10_000;
    private const int TrainSeed = 1, TestSeed = 2;

    private readonly IDatasetFolder? _folder;
    private IDataView? _train, _test;

    private DatasetSource(IDatasetFolder? folder, string why)
    {
        _folder = folder;
        Why = why;
    }

    /// <summary>Whether it is the generated digits; otherwise a data set was found.</summary>
    public bool IsGenerated => _folder is null;

    /// <summary>"MNIST", "Fashion-MNIST", "CIFAR-10", "image folder" with a name, or "generated digits".</summary>
    public string Name => _folder?.Name ?? "generated digits";

    /// <summary>Where the images come from and why, in words that follow the name: "from '/data/mnist' (--data)".</summary>
    public string Why { get; }

    /// <summary>
    /// The folder that was given, if any; else the environment's if MNIST or Fashion-MNIST is there; else a download; else the
    /// generated digits.
    /// </summary>
    /// <param name="request">Where to look.</param>
    /// <param name="progress">Told how a download goes.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="FileNotFoundException">A folder was given, but none of the data sets is there.</exception>
    /// <exception cref="InvalidDataException">Files in the folder that was given or that the environment names are damaged or those of
    /// another data set.</exception>
    public static async Task<DatasetSource> ResolveAsync(
        DatasetRequest request, IProgress<MnistDownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (request.DataFolder is { } given)
            return FromFolder(Open(given, cancellationToken), "--data");

        string reason;
        if (string.IsNullOrEmpty(request.EnvironmentFolder))
            reason = $"no --data is given, {DatasetRequest.EnvironmentVariable} is not set";
        else if (MnistFolder.Find(request.EnvironmentFolder, out string missing) is not null)
            return FromFolder(MnistFolder.Open(request.EnvironmentFolder, cancellationToken), DatasetRequest.EnvironmentVariable);
        else
            reason = $"no --data is given, {DatasetRequest.EnvironmentVariable} does not lead to MNIST ({missing})";

        if (request.Download is null)
            return new DatasetSource(null, $"because {reason}, and downloading is turned off");
        try
        {
            MnistFolder downloaded = await request.Download.RunAsync(progress, cancellationToken).ConfigureAwait(false);
            return new DatasetSource(downloaded, $"from '{downloaded.Directory}' (downloaded)");
        }
        catch (Exception exception) when (exception is DownloadException or IOException)
        {
            return new DatasetSource(null, $"because {reason}, and MNIST cannot be downloaded: {exception.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The generated digits, on request.</summary>
    public static DatasetSource Generated { get; } = new(null, "as asked for");

    /// <summary>Whether the test images are others than the training images.</summary>
    public bool HasTest => _folder?.HasTest ?? true;

    /// <summary>The names of the classes, where images are files in class folders; null where rows hold pixels.</summary>
    public Func<IReadOnlyList<string>>? ListClasses => _folder?.ListClasses;

    /// <summary>
    /// The training images, with the columns <c>Features</c> and <c>Label</c>, or <c>ImagePath</c> and <c>Label</c> where images are
    /// files; can be shuffled.
    /// </summary>
    /// <param name="ml">The context.</param>
    /// <param name="count">How many, from the first; all if null (60,000 generated digits).</param>
    public IDataView LoadTrain(MLContext ml, int? count = null)
    {
        if (_folder is null)
            return ml.Data.LoadGeneratedDigits(count ?? TrainCount, TrainSeed);
        IDataView all = _train ??= _folder.LoadTrain(ml);
        // TakeRows cannot be shuffled, a cache of it can.
        return count < all.GetRowCount() ? ml.Data.Cache(ml.Data.TakeRows(all, count.Value)) : all;
    }

    /// <summary>The test images, with the same columns.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="count">How many, from the first; all if null (10,000 generated digits).</param>
    public IDataView LoadTest(MLContext ml, int? count = null)
    {
        if (_folder is null)
            return ml.Data.LoadGeneratedDigits(count ?? TestCount, TestSeed);
        IDataView all = _test ??= _folder.LoadTest(ml);
        return count < all.GetRowCount() ? ml.Data.TakeRows(all, count.Value) : all;
    }

    // MNIST before CIFAR-10 before class folders, where a folder holds several.
    private static IDatasetFolder Open(string directory, CancellationToken cancellationToken)
    {
        if (MnistFolder.Find(directory, out string noMnist) is not null)
            return MnistFolder.Open(directory, cancellationToken);
        if (Cifar10DatasetFolder.Find(directory, out string noCifar10) is { } cifar10)
            return cifar10;
        return ImageClassFolder.Find(directory, out string noClasses)
            ?? throw new FileNotFoundException($"No MNIST found: {noMnist}. {noCifar10} {noClasses}");
    }

    private static DatasetSource FromFolder(IDatasetFolder folder, string how) =>
        new(folder, $"from '{folder.Directory}' ({(folder.Caveat is { } caveat ? $"{how}; {caveat}" : how)})");
}
