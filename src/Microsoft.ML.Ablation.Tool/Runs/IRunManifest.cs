using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What decides the rows of a run.</summary>
internal interface IRunManifest
{
    /// <summary>The current version of the format of the folder.</summary>
    static abstract int CurrentFormat { get; }

    /// <summary>The command that makes such runs: "certify".</summary>
    static abstract string Verb { get; }

    /// <summary>Upgrades a manifest of an earlier format to the current one; the caller then sets the number of the format.</summary>
    static abstract void Upgrade(JsonObject manifest);

    /// <summary>The version of the format; earlier ones are upgraded when they are read.</summary>
    int Format { get; }

    /// <summary>The number of the first row in the data.</summary>
    long FirstRow { get; }

    /// <summary>The machine that began the run. Another one may resume it: each row is made on one machine.</summary>
    RunMachine Machine { get; }
}
