namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>How the weights are updated, and with what learning rate over time.</summary>
public enum TrainingRecipe
{
    /// <summary>
    /// Adam (Kingma and Ba 2015) with decoupled weight decay; the learning rate rises linearly to its peak over the first 30 %
    /// of the steps and falls to zero as a cosine (one cycle, Smith 2018).
    /// </summary>
    AdamOneCycle = 0,

    /// <summary>
    /// The paper's: stochastic gradient descent with momentum 0.9; the learning rate falls to a tenth at half of the epochs.
    /// </summary>
    SgdStep = 1,
}
