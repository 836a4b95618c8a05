namespace Microsoft.ML.Ablation;

/// <summary>What speaks for a class of a row.</summary>
/// <param name="Name">The class.</param>
/// <param name="Votes">Its votes; under <see cref="CertificationRule.Condorcet"/> its wins in the contest that it wins least often.</param>
/// <param name="Behind">
/// How far it is behind the explained class: by how many votes; under Condorcet by how many more contests the explained class wins against it than it loses. 0 for that class itself,
/// negative for one that is ahead.
/// </param>
public sealed record ClassVotes(string Name, int Votes, int Behind);
