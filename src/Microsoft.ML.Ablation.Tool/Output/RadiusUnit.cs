namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>What a certified radius counts: changed pixels, or multiples of a patch.</summary>
/// <param name="IsPatch">Whether it counts patches.</param>
/// <param name="Height">Rows of a patch of size 1.</param>
/// <param name="Width">Columns of a patch of size 1.</param>
internal sealed record RadiusUnit(bool IsPatch, int Height, int Width)
{
    /// <summary>Changed pixels.</summary>
    public static RadiusUnit Positions { get; } = new(IsPatch: false, Height: 1, Width: 1);

    /// <summary>Changed attributes of a table.</summary>
    public static RadiusUnit Attributes { get; } = Positions with { Noun = "attributes" };

    /// <summary>Words of a text that are replaced by others.</summary>
    public static RadiusUnit Words { get; } = Positions with { Noun = "words", Deed = "replacement", Whatever = "each by any one other word" };

    /// <summary>Words of a text that are inserted, deleted or moved.</summary>
    public static RadiusUnit WordEdits { get; } = Words with { Deed = "insertion, deletion or move", Whatever = "of which a replaced word is two" };

    /// <summary>What positions are called: "pixels".</summary>
    public string Noun { get; private init; } = "pixels";

    /// <summary>What an attacker does to them.</summary>
    private string Deed { get; init; } = "change";

    /// <summary>How far the attacker may go; null for any value.</summary>
    private string? Whatever { get; init; }

    /// <summary>Patches.</summary>
    public static RadiusUnit Patches(int height, int width) => new(IsPatch: true, height, width);

    /// <summary>What an attacker may change.</summary>
    public CertifiedAttack Attack => IsPatch ? CertifiedAttack.Patch : CertifiedAttack.Positions;

    /// <summary>The same in words.</summary>
    public string Against => IsPatch ? "one patch" : $"changed {Noun}";

    /// <summary>What a radius is.</summary>
    public string Name => !IsPatch ? "radius" : IsSquare ? "patch side" : $"multiple of a {Height} × {Width} patch";

    /// <summary>Several of them.</summary>
    public string Plural => !IsPatch ? "radii" : IsSquare ? "patch sides" : $"multiples of a {Height} × {Width} patch";

    /// <summary>The letter of a radius.</summary>
    public string Letter => IsPatch ? "m" : "ρ";

    private bool IsSquare => (Height, Width) == (1, 1);

    /// <summary>A radius with its unit.</summary>
    public string Show(int radius) => !IsPatch || IsSquare ? Invariant($"{radius} {Noun}") : Invariant($"{radius}, so {Patch(radius)} pixels");

    /// <summary>What nobody can do within a radius, to follow "no".</summary>
    public string Change(int radius) => IsPatch
        ? $"patch of {Patch(radius)} pixels, whatever it shows and wherever it is,"
        : radius == 1 ? $"{Deed} of one {Noun[..^1]}, {Whatever ?? "whatever it becomes"}," : Invariant($"{Deed} of up to {radius} {Noun}, {Whatever ?? "whatever they become"},");

    private string Patch(int radius) => Invariant($"{(long)radius * Height} × {(long)radius * Width}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
