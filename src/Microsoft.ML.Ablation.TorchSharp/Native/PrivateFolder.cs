using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Folders on Linux that only the current user can write to, for libraries to be loaded.</summary>
[SupportedOSPlatform("linux")]
internal static partial class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Name = "Microsoft.ML.Ablation";

    /// <summary>The folders to try, in order: in the user's cache, then in the folder for temporary files.</summary>
    public static IEnumerable<string> Candidates()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathRooted(cache))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length == 0 ? null : Path.Combine(home, ".cache");
        }
        if (cache is not null)
            yield return Path.Combine(cache, Name);
        yield return Path.Combine(Path.GetTempPath(), $"{Name}-{geteuid()}");
    }

    /// <summary>Creates the folder if necessary, and ensures that only the user has access.</summary>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user, or is a link or a file.</exception>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static void Ensure(string folder)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        (uint owner, uint mode) = Status(folder);
        const uint typeMask = 0xF000, directory = 0x4000;
        if ((mode & typeMask) != directory)
            throw new UnauthorizedAccessException($"'{folder}' is a link or a file, but it must be a folder; remove it.");
        if (owner != geteuid())
            throw new UnauthorizedAccessException($"'{folder}' belongs to user {owner}, but it must belong to user {geteuid()}; remove it.");
        if ((UnixFileMode)(mode & 0xFFF) != OwnerOnly)
            File.SetUnixFileMode(folder, OwnerOnly);
    }

    /// <summary>Owner and mode of a path, without following a link.</summary>
    private static (uint Owner, uint Mode) Status(string path)
    {
        const int currentFolder = -100, doNotFollow = 0x100;
        const uint typeModeAndOwner = 0x1 | 0x2 | 0x8;
        // struct statx has the same layout on every architecture: owner at byte 20, mode at byte 28.
        byte[] status = new byte[256];
        if (statx(currentFolder, path, doNotFollow, typeModeAndOwner, status) != 0)
            throw new IOException($"The owner of '{path}' cannot be read (error {Marshal.GetLastPInvokeError()}).");
        return (BitConverter.ToUInt32(status, 20), BitConverter.ToUInt16(status, 28));
    }

#pragma warning disable IDE1006 // names of the C library
    [LibraryImport("libc.so.6")]
    private static partial uint geteuid();

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, [Out] byte[] status);
#pragma warning restore IDE1006
}
