namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A symbol version that a library requires of another.</summary>
/// <param name="Library">The library that must define it, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Tag">The version, for example <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="IsWeak">Whether the loader accepts its absence.</param>
/// <param name="FlagsOffset">The offset of its flags in the file.</param>
internal readonly record struct ElfVersionNeed(string Library, string Tag, bool IsWeak, int FlagsOffset);
