using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class TorchRuntimeTests
{
    [TestMethod]
    public void Loads_from_several_threads_and_computes_in_both_precisions()
    {
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());
        Assert.IsTrue(TorchRuntime.IsLoaded);
        using var scope = NewDisposeScope();
        Assert.AreEqual(8f, ones(2, 2).mm(ones(2, 2)).sum().item<float>());
        Tensor product = ones(2, 2, ScalarType.BFloat16).mm(ones(2, 2, ScalarType.BFloat16));
        Assert.AreEqual(8f, product.sum().to(ScalarType.Float32).item<float>());
    }

    [TestMethod]
    public void Describes_what_is_loaded()
    {
        TorchRuntimeInfo info = TorchRuntime.Describe();
        Assert.IsTrue(info.IsLoaded, info.Failure);
        Assert.IsNull(info.Failure);
        StringAssert.StartsWith(info.LibTorchVersion, "2.");
        StringAssert.StartsWith(info.TorchSharpVersion, "0.");
        Assert.IsGreaterThan(0, info.IntraOpThreads);
        Assert.AreNotEqual("", info.Processor);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void On_linux_the_library_is_repaired_exactly_where_the_system_lacks_the_tag()
    {
        TorchRuntimeInfo info = TorchRuntime.Describe();
        CppStandardLibrary? standard = CppStandardLibrary.Find();
        Assert.IsNotNull(standard);
        Assert.AreEqual(!standard.Tags.Contains(LinuxTorchLoader.UnusedTag), info.IsRepaired);
        StringAssert.StartsWith(standard.NewestTag, "GLIBCXX_3.4.");
        Assert.IsTrue(File.Exists(info.LibTorchPath));
        Assert.IsTrue(File.Exists(info.BindingPath));
    }

    [TestMethod]
    public void A_failure_names_the_system_what_was_found_and_what_to_install()
    {
        var standard = new CppStandardLibrary("/usr/lib/libstdc++.so.6.0.28", new HashSet<string> { "GLIBCXX_3.4.9", "GLIBCXX_3.4.28" });
        string message = TorchRuntimeFailure.Create("Something failed.", standard, null).Message;
        StringAssert.Contains(message, "Something failed.");
        StringAssert.Contains(message, System.Runtime.InteropServices.RuntimeInformation.OSDescription);
        StringAssert.Contains(message, System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString());
        StringAssert.Contains(message, "What to do: ");
        if (OperatingSystem.IsLinux())
            StringAssert.Contains(message, "/usr/lib/libstdc++.so.6.0.28, newest version GLIBCXX_3.4.28");
    }
}
