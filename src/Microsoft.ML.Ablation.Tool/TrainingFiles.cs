namespace Microsoft.ML.Ablation.Tool;

/// <summary>What a training writes that goes on to certify.</summary>
/// <param name="Model">The model.</param>
/// <param name="Table">A line for each certified row.</param>
/// <param name="Run">The run folder with the votes.</param>
/// <param name="Page">The report.</param>
internal sealed record TrainingFiles(string Model, string Table, string Run, string Page)
{
    /// <summary>The files beside a model: <c>model.certified.csv</c>, <c>model.run</c> and <c>model.html</c> beside <c>model.zip</c>.</summary>
    public static TrainingFiles Beside(string model)
    {
        string stem = Path.Combine(Path.GetDirectoryName(model) ?? "", Path.GetFileNameWithoutExtension(model));
        return new TrainingFiles(model, $"{stem}.certified.csv", $"{stem}.run", $"{stem}.html");
    }

    /// <summary>The files in a folder of their own.</summary>
    public static TrainingFiles In(string folder)
        => new(Path.Combine(folder, "model.zip"), Path.Combine(folder, "certified.csv"), Path.Combine(folder, "run"), Path.Combine(folder, "report.html"));

    /// <summary>What was written beside the model, as a sentence.</summary>
    public override string ToString() => $"Model: {Model}; a line per row: {Table}; votes: {Run}; report: {Page}.";
}
