namespace Microsoft.ML.Ablation.TorchSharp.Tests;
[TestClass] public class P { [TestMethod] public void Q() => Assert.IsNotNull(typeof(string)); }
