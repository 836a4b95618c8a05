using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>
/// The folder of a long computation on rows: <c>manifest.json</c> says what is done, <c>rows.jsonl</c> has a line for every finished row, in
/// order. Whatever stops the process, finished rows are kept, and the run resumes after the last of them.
/// </summary>
/// <typeparam name="TManifest">What decides the rows.</typeparam>
/// <typeparam name="TRow">What is kept of a row.</typeparam>
internal sealed class RunFolder<TManifest, TRow> : IDisposable
    where TManifest : class, IRunManifest
    where TRow : IRunRow
{
    private const string ManifestFile = "manifest.json", RowsFile = "rows.jsonl", LockFile = "lock";

    private const int LongestDifference = 400;

    private readonly RecordLog _log;
    private readonly FileStream _lock;
    private long _next;

    private RunFolder(TManifest manifest, IReadOnlyList<TRow> finished, RecordLog log, FileStream @lock)
    {
        Manifest = manifest;
        Finished = finished;
        _log = log;
        _lock = @lock;
        _next = manifest.FirstRow + finished.Count;
    }

    /// <summary>What is done; of a run that was resumed, as it began.</summary>
    public TManifest Manifest { get; }

    /// <summary>The rows that were finished when the folder was opened.</summary>
    public IReadOnlyList<TRow> Finished { get; }

    /// <summary>Deletes the run of a folder, for another one in its place; nothing else that is there.</summary>
    /// <exception cref="IOException">Another process is writing the run, or a file cannot be deleted.</exception>
    public static void Clear(string directory)
    {
        string full = Path.GetFullPath(directory);
        if (!File.Exists(Path.Combine(full, ManifestFile)))
            return;
        using FileStream locked = Lock(full);
        File.Delete(Path.Combine(full, RowsFile));
        File.Delete(Path.Combine(full, ManifestFile));
    }

    /// <summary>Begins a run in a new or empty folder, or resumes the one in it. Until this is disposed, no other process can write the run.</summary>
    /// <exception cref="InvalidOperationException">The folder's run is another one, or another process is writing it.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    public static RunFolder<TManifest, TRow> Open(string directory, TManifest manifest)
    {
        string full = Path.GetFullPath(directory);
        string manifestPath = Path.Combine(full, ManifestFile);
        FileStream locked = Lock(full);
        try
        {
            TManifest stored = manifest;
            if (File.Exists(manifestPath))
            {
                stored = ReadManifest(full);
                if (Differences(manifest, stored) is { Count: > 0 } differences)
                {
                    throw new InvalidOperationException($"'{full}' holds another run: {string.Join("; ", differences)}. Give the settings that it "
                        + "began with, or another folder.");
                }
            }
            else if (Directory.EnumerateFileSystemEntries(full).FirstOrDefault(entry => Path.GetFileName(entry) != LockFile) is { } foreign)
            {
                throw new IOException($"'{full}' holds no run, but '{Path.GetFileName(foreign)}'; give an empty folder or a new name.");
            }
            else
            {
                AtomicFile.WriteAllText(manifestPath, RunJson.ToSummedText(manifest));
            }
            RecordLog log = RecordLog.Open(Path.Combine(full, RowsFile), out IReadOnlyList<string> records);
            try
            {
                return new RunFolder<TManifest, TRow>(stored, Parse(records, stored, full), log, locked);
            }
            catch
            {
                log.Dispose();
                throw;
            }
        }
        catch
        {
            locked.Dispose();
            throw;
        }
    }

    /// <summary>Whether a folder's manifest has a property, by which kinds of runs are told apart.</summary>
    /// <exception cref="FileNotFoundException">There is no run.</exception>
    /// <exception cref="InvalidDataException">The manifest is damaged.</exception>
    public static bool Has(string directory, string property) => ReadJson(Path.GetFullPath(directory)).Json.ContainsKey(RunJson.NameOf(property));

    /// <summary>Reads a run, which may still be written.</summary>
    /// <exception cref="FileNotFoundException">There is no run.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public static (TManifest Manifest, IReadOnlyList<TRow> Rows) Read(string directory)
    {
        string full = Path.GetFullPath(directory);
        TManifest manifest = ReadManifest(full);
        string rows = Path.Combine(full, RowsFile);
        return (manifest, File.Exists(rows) ? Parse(RecordLog.Read(rows), manifest, full) : []);
    }

    /// <summary>Adds the next row; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It could not be written; the run is as it was before.</exception>
    public void Append(TRow row)
    {
        if (row.Row != _next)
            throw new ArgumentException($"Row {row.Row} cannot be added; the next one is {_next}.", nameof(row));
        _log.Append(RunJson.ToLine(row));
        _next++;
    }

    public void Dispose()
    {
        _log.Dispose();
        _lock.Dispose();
    }

    /// <summary>The differences between a run and that of a folder, without the machine.</summary>
    private static List<string> Differences(TManifest given, TManifest stored)
    {
        JsonObject mine = RunJson.ToNode(given), its = RunJson.ToNode(stored);
        foreach (JsonObject run in (JsonObject[])[mine, its])
            run.Remove(RunJson.NameOf(nameof(IRunManifest.Machine)));
        return [.. Differences(mine, its, "")];
    }

    /// <summary>What differs in two objects; of what is an object again, only what differs in it.</summary>
    /// <param name="mine">One of them.</param>
    /// <param name="its">The other.</param>
    /// <param name="of">Whose they are, to follow a name.</param>
    private static IEnumerable<string> Differences(JsonObject mine, JsonObject its, string of)
    {
        foreach (string name in mine.Concat(its).Select(property => property.Key).Distinct())
        {
            (JsonNode? value, JsonNode? other) = (mine[name], its[name]);
            if (JsonNode.DeepEquals(value, other))
                continue;
            if (value is JsonObject inner && other is JsonObject otherInner)
            {
                foreach (string difference in Differences(inner, otherInner, $" of {name}{of}"))
                    yield return difference;
            }
            else
            {
                yield return $"{name}{of} is {Text(value)}, but was {Text(other)}";
            }
        }

        // Masks are long.
        static string Text(JsonNode? value) => value?.ToJsonString() is not { } text ? "none" : text.Length <= LongestDifference ? text : $"{text.AsSpan(0, LongestDifference)}…";
    }

    private static FileStream Lock(string full)
    {
        string path = Path.Combine(full, LockFile);
        try
        {
            Directory.CreateDirectory(full);
            // The file stays: a process that removed it could remove the lock of the next one.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new InvalidOperationException($"Another process is writing the run '{full}'; wait for it or stop it.", exception);
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            throw new FileWriteException(full, path, exception);
        }
    }

    private static (JsonObject Json, string Path) ReadJson(string full)
    {
        string path = Path.Combine(full, ManifestFile);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{full}' holds no run; 'ablation {TManifest.Verb} --run {full}' makes one.");
        return (RunJson.ParseObject(FileReadException.Named(path, () => File.ReadAllText(path)), path), path);
    }

    private static TManifest ReadManifest(string full)
    {
        (JsonObject json, string path) = ReadJson(full);
        string formatName = RunJson.NameOf(nameof(IRunManifest.Format));
        if (json[formatName] is JsonValue value && value.TryGetValue(out int format) && format >= 1 && format < TManifest.CurrentFormat)
        {
            TManifest.Upgrade(json);
            json[formatName] = TManifest.CurrentFormat;
        }
        TManifest manifest = RunJson.Parse<TManifest>(json.ToJsonString(), path);
        return manifest.Format == TManifest.CurrentFormat
            ? manifest
            : throw new InvalidDataException($"'{path}' has format {manifest.Format}, but this version reads formats 1 to {TManifest.CurrentFormat}.");
    }

    private static TRow[] Parse(IReadOnlyList<string> records, TManifest manifest, string full)
    {
        string path = Path.Combine(full, RowsFile);
        var rows = new TRow[records.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = RunJson.Parse<TRow>(records[i], path);
            if (rows[i].Row != manifest.FirstRow + i)
                throw new InvalidDataException($"'{path}' has row {rows[i].Row} in line {i + 1}, where row {manifest.FirstRow + i} belongs.");
        }
        return rows;
    }
}
