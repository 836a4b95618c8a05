using System.IO.Compression;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>The part of a certifier that workers are sent: its base classifier alone. The seed of its ablations and its rule stay here.</summary>
internal static class WorkerModel
{
    // The earliest time that a ZIP file can hold.
    private static readonly DateTimeOffset s_time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Saves a certifier without its seed. The file is the same whatever the options and k, which are sent with every piece, and whenever it is made: workers know a
    /// model by the hash of its file, and are not sent again what they have.
    /// </summary>
    public static void Save(SmoothedCertifierTransformer certifier, string file)
    {
        // Not disposed: it shares the base classifier.
        SmoothedCertifierTransformer sent = certifier.WithoutSeed().WithOptions(SmoothedCertifierOptions.Paper);
        // Fixed masks are part of the model.
        if (sent.Masks is null)
            sent = sent.WithRetainedCount(1);
        new MLContext().Model.Save(sent, inputSchema: null, file);
        using ZipArchive archive = ZipFile.Open(file, ZipArchiveMode.Update);
        foreach (ZipArchiveEntry entry in archive.Entries)
            entry.LastWriteTime = s_time;
    }
}
