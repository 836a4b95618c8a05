namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>No mirror gave a file; the message has the answer of each.</summary>
internal sealed class DownloadException(string message, Exception? inner = null) : Exception(message, inner);
