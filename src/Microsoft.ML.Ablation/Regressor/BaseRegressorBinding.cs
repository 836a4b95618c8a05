using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A base regressor on data of one schema: how rows are read, and where its output is.</summary>
internal sealed class BaseRegressorBinding : BaseModelBinding
{
    private readonly string _output;

    /// <exception cref="ArgumentException">The schema lacks a column, or the output is no Single.</exception>
    public BaseRegressorBinding(BaseClassifier regressor, DataViewSchema inputSchema, string output)
        : base(regressor, inputSchema)
    {
        _output = output;
        DataViewSchema.Column column = SchemaColumns.Find(OutputSchema, "output", output);
        if (column.Type != NumberDataViewType.Single)
            throw NoNumber(output, $"{column.Type}");
    }

    public override string Role => "base regressor";

    /// <summary>What is thrown where the output is no number.</summary>
    /// <param name="name">The column.</param>
    /// <param name="type">What it is.</param>
    public static ArgumentOutOfRangeException NoNumber(string name, string type)
        => new("baseRegressor", $"The base regressor's '{name}' has type {type}, but a Single is needed; end the chain with a trainer of ml.Regression, or name another column in "
            + $"{nameof(SmoothedRegressorOptions)}.{nameof(SmoothedRegressorOptions.BaseColumnName)}, such as the Probability of a binary classifier.");

    /// <summary>The outputs for rows read from <paramref name="input"/>; the caller disposes them.</summary>
    /// <param name="input">The row.</param>
    /// <param name="retention">Makes what a thread is told of retained positions.</param>
    /// <param name="threads">The most threads.</param>
    public ChainOutputSource MakeOutputs(DataViewRow input, Func<IRetention> retention, int threads)
        => new(MakeChain(input, threads, (plan, columns) => new ChainNumber(plan, plan.OutputSchema[_output], columns, new AblatedVector(Encoder, retention()))), Encoder);

    protected override IEnumerable<DataViewSchema.Column> AnswersIn(DataViewSchema schema) => [schema[_output]];
}
