namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>One symbol version that a library wants another library to define.</summary>
/// <param name="Library">The library that has to define it, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Tag">The version, for example <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="IsWeak">Whether the loader goes on without it.</param>
/// <param name="FlagsOffset">Where in the file its flags stand.</param>
internal readonly record struct ElfVersionNeed(string Library, string Tag, bool IsWeak, int FlagsOffset);
