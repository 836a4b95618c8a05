using Microsoft.ML.Ablation.Tool.Tests.Datasets;
using Microsoft.ML.Ablation.Tool.Tests.Tables;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>Small models to serve. Each is trained once, when a test first asks for it.</summary>
internal static class ServedTestModels
{
    private static readonly Lazy<string> s_folder = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("ablation-serve-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    private static readonly Lazy<string> s_digits = Trained("digits.zip", "--generated", "--train-rows", "1000", "--epochs", "2", "--masks", "20");
    private static readonly Lazy<string> s_bands = Trained("bands.zip", "--generated", "--train-rows", "1000", "--epochs", "2", "--bands", "4");
    private static readonly Lazy<string> s_random = Trained("random.zip", "--generated", "--train-rows", "400", "--epochs", "1", "--k", "150", "--votes", "60", "--selection-votes", "20");
    private static readonly Lazy<string> s_pictures = Trained("pictures.zip", () => PictureFolder.WriteTo(Path.Combine(Folder, "pictures"), count: 4),
        "--data", "pictures", "--image-size", "16", "--normalize", "--epochs", "1", "--k", "60", "--votes", "30", "--selection-votes", "10");

    private static readonly Lazy<string> s_houses = Trained("houses.zip", () => SmallTables.Write(Folder, "houses.csv", SmallTables.HouseNames, SmallTables.Houses(300, seed: 1)),
        "--data", "houses.csv", "--label", "Price", "--ignore", "Id", "--masks", "5", "--largest-radius", "2");

    private static readonly Lazy<string> s_loans = Trained("loans.zip", () => SmallTables.Write(Folder, "loans.csv", SmallTables.LoanNames, SmallTables.Loans(300, seed: 2)),
        "--data", "loans.csv", "--label", "Accepted");

    private static readonly Lazy<string> s_messages = Trained("messages.zip", () => SmallTables.Write(Folder, "messages.tsv", ["Kind", "Text"], SmallTables.Messages(240, seed: 3), '\t'),
        "--data", "messages.tsv", "--label", "Kind", "--task", "Text");

    /// <summary>Where models and their data are.</summary>
    public static string Folder => s_folder.Value;

    /// <summary>Digits behind 20 fixed masks.</summary>
    public static string Digits => s_digits.Value;

    /// <summary>Digits behind bands, certified against patches.</summary>
    public static string Bands => s_bands.Value;

    /// <summary>Digits behind random ablations.</summary>
    public static string RandomDigits => s_random.Value;

    /// <summary>Image files in colour, of 16 × 16 pixels, normalised; the files are in the folder pictures.</summary>
    public static string Pictures => s_pictures.Value;

    /// <summary>Prices of houses.csv.</summary>
    public static string Houses => s_houses.Value;

    /// <summary>Decisions on loans.csv.</summary>
    public static string Loans => s_loans.Value;

    /// <summary>The kinds of messages.tsv.</summary>
    public static string Messages => s_messages.Value;

    private static Lazy<string> Trained(string name, params string[] options) => Trained(name, () => { }, options);

    private static Lazy<string> Trained(string name, Action write, params string[] options) => new(() =>
    {
        write();
        ToolProcess training = ToolProcess.Ablation(Folder, ["train", .. options, "--out", name, "-q"]);
        Assert.AreEqual(0, training.ExitCode, training.Error);
        return Path.Combine(Folder, name);
    });
}
