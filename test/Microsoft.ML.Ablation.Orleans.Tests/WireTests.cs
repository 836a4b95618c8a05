using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.ML.Ablation.Orleans.Tests.Support;
using Microsoft.ML.Ablation.Orleans.Wire;
using Orleans;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>What crosses the wire is data, and nothing else can be made of it.</summary>
[TestClass]
public sealed class WireTests
{
    [TestMethod]
    public void Messages_hold_numbers_text_and_each_other()
    {
        Type[] wire = [.. typeof(IVoteWorkerGrain).Assembly.GetTypes().Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)];
        Assert.IsGreaterThan(8, wire.Length);
        foreach (PropertyInfo property in wire.SelectMany(type => type.GetProperties()).Where(property => property.GetCustomAttribute<IdAttribute>() is not null))
            Assert.IsTrue(IsData(property.PropertyType), $"{property.DeclaringType!.Name}.{property.Name}");
        foreach (ParameterInfo parameter in typeof(IVoteWorkerGrain).GetMethods().SelectMany(method => method.GetParameters()))
            Assert.Contains(parameter.ParameterType, wire);

        bool IsData(Type type)
        {
            while (type.IsArray)
                type = type.GetElementType()!;
            type = Nullable.GetUnderlyingType(type) ?? type;
            return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(Guid) || wire.Contains(type);
        }
    }

    [TestMethod]
    public async Task Types_that_are_no_messages_are_neither_written_nor_read()
    {
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        Assert.IsFalse(worker.Services.GetRequiredService<IOptions<TypeManifestOptions>>().Value.AllowAllTypes);
        var serializer = worker.Services.GetRequiredService<Serializer>();
        Assert.Throws<Exception>(() => serializer.SerializeToArray<object>(new FileInfo("file")));
        // The bytes of a message that names another type in place of its own.
        byte[] message = serializer.SerializeToArray<object>(new PutAnswer("a reason"));
        string name = System.Text.Encoding.Latin1.GetString(message);
        Assert.Contains("ablation.put", name);
        byte[] changed = System.Text.Encoding.Latin1.GetBytes(name.Replace("ablation.put", "ablation.xyz", StringComparison.Ordinal));
        Assert.Throws<Exception>(() => serializer.Deserialize<object>(changed));
        Assert.AreEqual("a reason", ((PutAnswer)serializer.Deserialize<object>(message)!).Refusal);
    }
}
