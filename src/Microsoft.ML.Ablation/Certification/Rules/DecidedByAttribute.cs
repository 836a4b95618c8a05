namespace Microsoft.ML.Ablation.Certification;

/// <summary>Names the class that decides by a value of <see cref="CertificationRule"/>.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal abstract class DecidedByAttribute : Attribute
{
    public abstract VoteRule Create();
}

/// <inheritdoc/>
internal sealed class DecidedByAttribute<TRule> : DecidedByAttribute
    where TRule : VoteRule, new()
{
    public override VoteRule Create() => new TRule();
}
