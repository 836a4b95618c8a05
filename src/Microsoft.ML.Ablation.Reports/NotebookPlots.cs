namespace Microsoft.ML.Ablation.Reports;

/// <summary>
/// Says to notebooks what shows a type's values. .NET Interactive looks for an attribute of this name and shape, so that a library need not
/// depend on it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[] PreferredMimeTypes { get; } = ["text/html"];
}

/// <summary>Shows plots in notebooks, found by <see cref="TypeFormatterSourceAttribute"/>.</summary>
internal sealed class NotebookPlots
{
#pragma warning disable CA1822 // Called by name on an instance.
    public IEnumerable<object> CreateTypeFormatters() => [new Html()];
#pragma warning restore CA1822

    private sealed class Html
    {
        public string MimeType { get; } = "text/html";

#pragma warning disable CA1822 // Called by name on an instance.
        public bool Format(object instance, TextWriter writer)
        {
            if (instance is not CertifiedPlot plot)
                return false;
            writer.Write(plot.ToHtml());
            return true;
        }
#pragma warning restore CA1822
    }
}
