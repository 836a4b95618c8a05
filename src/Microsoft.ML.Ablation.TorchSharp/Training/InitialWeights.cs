using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The weights with which a training begins: drawn with its seed, or those of a trained network.</summary>
internal static class InitialWeights
{
    /// <summary>One array per parameter of the network that is trained.</summary>
    /// <param name="setup">The training.</param>
    /// <param name="reconstruction">Its second task; null for none. The further outputs of a trained network are drawn with the seed.</param>
    /// <exception cref="InvalidOperationException">The initial model has no network of the same layers, images and classes.</exception>
    public static float[][] Of(TrainingSetup setup, ReconstructionTask? reconstruction)
    {
        float[][] drawn = setup.Architecture.FirstWeights(reconstruction?.TrainedShape ?? setup.Shape, setup.Seed.Weights);
        if (setup.Options.InitialModel is not { } model)
            return drawn;
        float[][] weights = Trained(model, setup);
        return reconstruction is null ? weights : ReconstructionTask.WithReconstruction(weights, drawn);
    }

    /// <summary>A hash of the trained network's weights.</summary>
    public static string Digest(ITransformer model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[] parameter in NetworkOf(model).ReadWeights())
            hash.AppendData(MemoryMarshal.AsBytes<float>(parameter));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static float[][] Trained(ITransformer model, TrainingSetup setup)
    {
        AblationNetwork network = NetworkOf(model);
        if (network.Shape != setup.Shape)
            throw Refused($"has a network for {TextOf(network.Shape)}, but the rows are {TextOf(setup.Shape)}; give a model for such rows");
        if (NameOf(network.Architecture) != NameOf(setup.Architecture))
            throw Refused($"has the network '{NameOf(network.Architecture)}', but '{NameOf(setup.Architecture)}' is to be trained; choose the same network");
        float[][] weights = network.ReadWeights();
        return setup.Architecture is FixedMaskArchitecture made && made.ProblemWith(setup.Masked!.Family, weights[0]) is { } problem
            ? throw Refused($"does not fit: {problem}; train with the same masks")
            : weights;
    }

    private static AblationNetwork NetworkOf(ITransformer model)
    {
        MulticlassPredictionTransformer<AblatedImageModelParameters>? network = CertifierChain.Find(model) is { } certifier
            ? NetworkTransformer.Find(BaseClassifier.From(certifier.BaseModel))
            : CertifierChain.Parts(model).OfType<MulticlassPredictionTransformer<AblatedImageModelParameters>>().LastOrDefault();
        return network?.Model.Network ?? throw Refused("has no network trained by AblatedImageClassification; give a model that has one");
    }

    /// <summary>The mean with mirror images changes scores, but not what is trained.</summary>
    private static string NameOf(NetworkArchitecture architecture) => architecture is MirroredArchitecture mirrored ? mirrored.Inner.Name : architecture.Name;

    private static string TextOf(NetworkShape shape) => $"images of {shape.Channels} × {shape.Height} × {shape.Width} in {shape.Classes} classes";

    private static InvalidOperationException Refused(string problem) => new($"InitialModel {problem}, or leave it out.");
}
