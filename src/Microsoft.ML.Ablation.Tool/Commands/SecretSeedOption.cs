using System.CommandLine;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The option that names a file with the secret seed of the ablations that vote.</summary>
internal sealed class SecretSeedOption
{
    private readonly Option<string?> _file;

    /// <param name="instead">What is used without it.</param>
    public SecretSeedOption(string instead)
    {
        _file = new ValueOption<string?>(ValueKind.Input, "--secret-seed")
        {
            Description = $"File with the seed of the ablations that vote, as hexadecimal digits, for images that come from an opponent; 'openssl rand -hex 32' makes one [default: {instead}].",
        };
    }

    public void AddTo(CliCommand command) => command.AddOptions(HelpGroup.Votes, _file);

    /// <summary>Whether it is given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_file) is not null;

    /// <summary>The seed; null where none is given.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">It holds something else.</exception>
    public ReadOnlyMemory<byte>? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_file) is not { } file)
            return null;
        if (!File.Exists(file))
            throw new FileNotFoundException($"There is no file '{file}' with a secret seed; 'openssl rand -hex 32 > {file}' makes one.");
        // What the file holds is not repeated.
        const string Expected = "it must hold a secret seed alone, as 32 to 128 hexadecimal digits";
        string text = File.ReadAllText(file).Trim();
        if (text.Length % 2 != 0 || text.Length is < 2 * AblationSeed.FewestBytes or > 2 * AblationSeed.MostBytes || !text.All(char.IsAsciiHexDigit))
            throw new FormatException($"'{file}' has {text.Length} characters; {Expected}.");
        return Convert.FromHexString(text);
    }
}
