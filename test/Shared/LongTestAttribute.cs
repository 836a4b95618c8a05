namespace Microsoft.ML.Ablation.Tests;

/// <summary>A test, or a class of tests, that takes too long for every run: it is skipped unless ABLATION_LONG_TESTS=1 asks for it.</summary>
/// <param name="reason">What takes long.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LongTestAttribute : ConditionBaseAttribute
{
    public LongTestAttribute(string reason)
        : base(ConditionMode.Include)
        => IgnoreMessage = LongTests.Skipped(reason);

    public override string GroupName => nameof(LongTestAttribute);

    public override bool IsConditionMet => LongTests.AreWanted;
}
