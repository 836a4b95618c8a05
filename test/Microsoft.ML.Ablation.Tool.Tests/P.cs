namespace Microsoft.ML.Ablation.Tool.Tests;
[TestClass] public class P { [TestMethod] public void Q() => Assert.IsNotNull(typeof(string)); }
