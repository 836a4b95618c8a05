using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>The report of one run on a table, as it claims itself.</summary>
internal static class TablePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="areNumbers">Whether numbers are predicted.</param>
    /// <param name="page">The page.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string run, bool areNumbers, string page)
    {
        if (areNumbers)
        {
            EvaluatedNumbers[] numbers = EvaluatedNumbers.Load([run], NumberClaims.None);
            AtomicFile.WriteAllText(page, NumberReport.Write(numbers, ReportPlot.Of(numbers, TableFigures.UsualTolerance), TableFigures.UsualTolerance));
            return;
        }
        EvaluatedRun[] classes = EvaluatedRun.Load([run], RunClaims.None);
        AtomicFile.WriteAllText(page, HtmlReport.Write(classes, ReportPlot.Of(classes), pictures: null, attack: null));
    }
}
