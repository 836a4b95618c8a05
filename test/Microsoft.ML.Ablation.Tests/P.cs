namespace Microsoft.ML.Ablation.Tests;
[TestClass] public class P { [TestMethod] public void Q() => Assert.IsNotNull(typeof(string)); }
