namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A file in a folder of its own, for models that read files. It holds one upload after the other, and is deleted with this.</summary>
internal sealed class UploadedFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ablation-upload-").FullName;

    /// <summary>Writes what was uploaded.</summary>
    /// <returns>The path of the file.</returns>
    public string Write(byte[] content)
    {
        string path = Path.Combine(_folder, "upload");
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
