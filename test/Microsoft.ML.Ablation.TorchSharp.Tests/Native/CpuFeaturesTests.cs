namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
[DoNotParallelize]
public sealed class CpuFeaturesTests
{
    private static (bool, string?) Read(bool processor, params (string Name, string Value)[] variables)
        => CpuFeatures.BFloat16(processor, name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Without_variables_the_processor_decides(bool processor)
    {
        Assert.AreEqual((processor, null), Read(processor));
        Assert.AreEqual((processor, null), Read(processor, (CpuFeatures.Variable, "")));
    }

    [TestMethod]
    [DataRow("AVX512_CORE_VNNI", false)]
    [DataRow("avx512_core", false)]
    [DataRow("AVX2", false)]
    [DataRow("SSE41", false)]
    [DataRow("AVX512_CORE_BF16", true)]
    [DataRow("AVX512_CORE_AMX", true)]
    [DataRow("AVX10_1_512", true)]
    [DataRow("DEFAULT", true)]
    [DataRow("what oneDNN does not know", true)]
    public void A_cap_on_oneDNN_below_bfloat16_takes_it_away_and_none_gives_it(string cap, bool remains)
    {
        foreach (string name in new[] { "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA" })
        {
            Assert.AreEqual((remains, remains ? null : $"{name}={cap}"), Read(true, (name, cap)));
            Assert.AreEqual((false, null), Read(false, (name, cap)));
        }
        Assert.AreEqual((remains, remains ? null : $"ONEDNN_MAX_CPU_ISA={cap}"), Read(true, ("ONEDNN_MAX_CPU_ISA", cap), ("DNNL_MAX_CPU_ISA", "AVX2")));
    }

    [TestMethod]
    public void The_library_s_own_variable_overrules_processor_and_cap_in_both_directions()
    {
        Assert.AreEqual((false, "ABLATION_BFLOAT16=off"), Read(true, (CpuFeatures.Variable, "off")));
        Assert.AreEqual((true, "ABLATION_BFLOAT16=On"), Read(false, (CpuFeatures.Variable, "On")));
        Assert.AreEqual((true, "ABLATION_BFLOAT16=on"), Read(true, (CpuFeatures.Variable, "on"), ("ONEDNN_MAX_CPU_ISA", "AVX2")));
        var refused = Assert.ThrowsExactly<InvalidOperationException>(() => Read(true, (CpuFeatures.Variable, "yes")));
        StringAssert.Contains(refused.Message, "ABLATION_BFLOAT16 is 'yes', but only 'on' and 'off' are allowed");
    }

    [TestMethod]
    public void The_description_of_the_machine_says_what_overrules_it()
    {
        foreach (bool bfloat16 in new[] { true, false })
        {
            using var machine = new PlayedMachine(bfloat16);
            TorchRuntimeInfo info = TorchRuntime.Describe();
            Assert.AreEqual(bfloat16, info.SupportsBFloat16);
            Assert.AreEqual($"ABLATION_BFLOAT16={(bfloat16 ? "on" : "off")}", info.BFloat16Override);
            StringAssert.EndsWith(info.Processor, $" ({info.BFloat16Override})");
            Assert.AreEqual(bfloat16, info.Processor.Contains("with bfloat16", StringComparison.Ordinal));
        }
    }
}
