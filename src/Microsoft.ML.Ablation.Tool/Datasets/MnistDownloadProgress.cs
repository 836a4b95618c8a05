namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>How far a download has come.</summary>
/// <param name="FileName">The file that is being received.</param>
/// <param name="Mirror">The server it comes from.</param>
/// <param name="FileNumber">The number of the file, from 1.</param>
/// <param name="FileCount">How many files are to be received.</param>
/// <param name="BytesReceived">Bytes of this file so far.</param>
/// <param name="TotalBytes">Bytes of this file in all, if the server says.</param>
internal readonly record struct MnistDownloadProgress(
    string FileName, string Mirror, int FileNumber, int FileCount, long BytesReceived, long? TotalBytes);
