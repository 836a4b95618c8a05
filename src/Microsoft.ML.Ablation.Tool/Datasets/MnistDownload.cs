using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// Downloads the four files of MNIST from public mirrors into a folder of the user, once. A file appears there complete and with the
/// right checksum, or not at all.
/// </summary>
internal sealed class MnistDownload
{
    /// <summary>Where the files are kept; made if it does not exist.</summary>
    public string Folder { get; init; } = DefaultFolder;

    /// <summary>Addresses that end in "/", to which a file's name is appended; tried in this order.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = PublicMirrors;

    /// <summary>The files to fetch.</summary>
    public IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.All;

    /// <summary>How long a server may be silent.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Makes what carries the requests; by default it connects within five seconds or gives up.</summary>
    public Func<HttpMessageHandler> CreateHandler { get; init; } =
        () => new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>The mirrors that are known to hold the original files.</summary>
    public static IReadOnlyList<Uri> PublicMirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>The user's own cache, such as <c>~/.local/share/Microsoft.ML.Ablation/mnist</c>.</summary>
    public static string DefaultFolder
    {
        get
        {
            string data = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(data.Length > 0 ? data : Path.GetTempPath(), "Microsoft.ML.Ablation", "mnist");
        }
    }

    /// <summary>Fetches what is not there yet.</summary>
    /// <param name="progress">Told about every block received.</param>
    /// <param name="cancellationToken">Stops; finished files stay, nothing else does.</param>
    /// <returns>The folder with all four files, their contents checked.</returns>
    /// <exception cref="DownloadException">No mirror had a file.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<MnistFolder> RunAsync(
        IProgress<MnistDownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        MnistFile[] needed = [.. Files.Where(file => !IsThere(file, cancellationToken))];
        if (needed.Length > 0)
        {
            CreateFolder();
            using HttpMessageHandler handler = CreateHandler();
            using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }; // silence is timed instead
            client.DefaultRequestHeaders.UserAgent.ParseAdd("Microsoft.ML.Ablation");
            var mirrors = new List<Uri>(Mirrors);
            for (int i = 0; i < needed.Length; i++)
            {
                await FetchAsync(client, mirrors, needed[i], progress, i + 1, needed.Length, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        return MnistFolder.Find(Folder, out string missing)
            ?? throw new DownloadException($"The downloaded files are gone: {missing}.");
    }

    private string PathOf(MnistFile file) => Path.Combine(Folder, file.Name + ".gz");

    private bool IsThere(MnistFile file, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathOf(file)))
            return false;
        using FileStream stream = File.OpenRead(PathOf(file));
        return file.Difference(stream, cancellationToken) is null;
    }

    private void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot make the folder '{Folder}' for downloaded data: {exception.Message}", exception);
        }
    }

    // From the first mirror that gives it; one that fails moves to the end of the list for the files that follow.
    private async Task FetchAsync(
        HttpClient client, List<Uri> mirrors, MnistFile file, IProgress<MnistDownloadProgress>? progress, int number, int count,
        CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (Uri mirror in mirrors.ToArray())
        {
            var address = new Uri(mirror, file.Name + ".gz");
            Forward? inner = progress is null ? null : new Forward(progress, file, mirror, number, count);
            using AtomicFile target = AtomicFile.Create(PathOf(file));
            var request = new HttpDownload(client, address, maximumLength: file.Length + (1 << 16), Patience);
            string? failure = await request.TryRunAsync(target.Stream, inner, cancellationToken).ConfigureAwait(false);
            if (failure is null && file.Difference(target.Stream, cancellationToken) is { } difference)
                failure = $"what came is not the file: {difference}";
            if (failure is null)
            {
                target.Commit();
                return;
            }
            failures.Add($"{mirror.Host}: {failure}");
            mirrors.Remove(mirror);
            mirrors.Add(mirror);
        }
        throw new DownloadException($"{file.Name}.gz could not be downloaded. {string.Join("; ", failures)}.");
    }

    private sealed class Forward(IProgress<MnistDownloadProgress> progress, MnistFile file, Uri mirror, int number, int count)
        : IProgress<(long Received, long? Total)>
    {
        public void Report((long Received, long? Total) value) =>
            progress.Report(
                new MnistDownloadProgress(file.Name + ".gz", mirror.Host, number, count, value.Received, value.Total));
    }
}
