namespace Microsoft.ML.Ablation;

/// <summary>The rule by which gradients change the weights.</summary>
public enum TrainingOptimizer
{
    /// <summary>
    /// Adam (Kingma and Ba 2015, algorithm 1, β₁ = 0.9, β₂ = 0.999, ε = 1e−8). Weight decay is decoupled (Loshchilov and Hutter
    /// 2019, algorithm 2, with η · λ per step as <c>torch.optim.AdamW</c> has it): θ ← (1 − η · λ) θ before each step of learning
    /// rate η.
    /// </summary>
    Adam = 0,

    /// <summary>
    /// Stochastic gradient descent with momentum 0.9, the paper's: v ← 0.9 v + g + λ θ, then θ ← θ − η v. Weight decay λ is added
    /// to the gradient g, as <c>torch.optim.SGD</c> does.
    /// </summary>
    Sgd = 1,
}
