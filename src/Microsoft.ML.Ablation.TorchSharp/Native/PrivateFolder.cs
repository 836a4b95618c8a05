using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Folders on Linux into which only the present user can write, for code that is to be loaded.</summary>
[SupportedOSPlatform("linux")]
internal static partial class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Name = "Microsoft.ML.Ablation";

    /// <summary>The places to try, best first: the user's cache, then the folder for temporary files.</summary>
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

    /// <summary>Makes the folder if need be, and sees to it that it belongs to the user alone.</summary>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else, or is a link.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void Ensure(string folder)
    {
        Directory.CreateDirectory(folder, OwnerOnly);
        (uint owner, uint mode) = Status(folder);
        const uint typeMask = 0xF000, directory = 0x4000;
        if ((mode & typeMask) != directory)
            throw new UnauthorizedAccessException($"'{folder}' is a link or a file; a folder is needed. Remove it.");
        if (owner != geteuid())
            throw new UnauthorizedAccessException($"'{folder}' belongs to user {owner}, not to user {geteuid()}. Remove it.");
        if ((UnixFileMode)(mode & 0xFFF) != OwnerOnly)
            File.SetUnixFileMode(folder, OwnerOnly);
    }

    /// <summary>Owner and mode of a path itself, not of what a link points to.</summary>
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
