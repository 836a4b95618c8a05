using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Runs;

/// <summary>What decides the rows of a run.</summary>
internal interface IRunManifest
{
    /// <summary>The version of the format of such a run's folder that is written now.</summary>
    static abstract int CurrentFormat { get; }

    /// <summary>The verb of the tool that makes such runs.</summary>
    static abstract string Verb { get; }

    /// <summary>Brings a manifest of an earlier format to the current one; its number of the format is changed after that.</summary>
    static abstract void Upgrade(JsonObject manifest);

    /// <summary>The version of the format: the current one, to which earlier ones are brought when they are read.</summary>
    int Format { get; }

    /// <summary>The number of the first row in the data.</summary>
    long FirstRow { get; }

    /// <summary>Where it began. A run may go on on another machine: each row is made on one.</summary>
    RunMachine Machine { get; }
}

/// <summary>One finished row of a run.</summary>
internal interface IRunRow
{
    /// <summary>Its number in the data, from 0.</summary>
    long Row { get; }
}
