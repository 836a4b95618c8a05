using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class UpdateRuleTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.1)]
    public void Adam_follows_its_definition(double weightDecay)
    {
        double expected = 1, mean = 0, square = 0;
        float[] actual = Run(parameter => new AdamUpdate([parameter], weightDecay), (gradient, rate, step) =>
        {
            mean = 0.9 * mean + 0.1 * gradient;
            square = 0.999 * square + 0.001 * gradient * gradient;
            expected -= rate * weightDecay * expected;
            expected -= rate * (mean / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(square / (1 - Math.Pow(0.999, step))) + 1e-8);
            return expected;
        }, out double[] wanted);
        for (int i = 0; i < wanted.Length; i++)
            Assert.AreEqual(wanted[i], actual[i], 1e-5);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.1)]
    public void Gradient_descent_follows_its_definition(double weightDecay)
    {
        double expected = 1, velocity = 0;
        float[] actual = Run(parameter => new SgdUpdate([parameter], weightDecay), (gradient, rate, _) =>
        {
            velocity = 0.9 * velocity + gradient + weightDecay * expected;
            return expected -= rate * velocity;
        }, out double[] wanted);
        for (int i = 0; i < wanted.Length; i++)
            Assert.AreEqual(wanted[i], actual[i], 1e-5);
    }

    private static float[] Run(Func<Tensor, IUpdateRule> make, Func<double, double, int, double> expect, out double[] wanted)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        Tensor parameter = ones(1, requires_grad: true);
        using IUpdateRule rule = make(parameter);
        var actual = new float[6];
        wanted = new double[6];
        for (int i = 0; i < actual.Length; i++)
        {
            double gradient = Math.Sin(i + 1), rate = 0.1 / (i + 1);
            parameter.grad = tensor(new[] { (float)gradient });
            rule.Step(rate);
            actual[i] = parameter.item<float>();
            wanted[i] = expect(gradient, rate, i + 1);
        }
        return actual;
    }
}
