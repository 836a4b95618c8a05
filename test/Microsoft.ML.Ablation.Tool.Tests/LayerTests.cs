using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Folders of a package stand one above the other: the types of each use only its own and those of the folders before it.</summary>
[TestClass]
public sealed partial class LayerTests
{
    [TestMethod]
    [DataRow("Microsoft.ML.Ablation", "Files Sampling Certification DataViews Datasets Transforms Voting Certifier Regressor Evaluation .")]
    [DataRow("Microsoft.ML.Ablation.TorchSharp", "Native Devices Networks Voting Model Training .")]
    public void Each_folder_uses_only_those_below_it(string package, string order)
    {
        string[] layers = order.Split(' ');
        string source = Path.Combine(ToolProcess.RepositoryRoot, "src", package);
        Dictionary<string, int> layerOf = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Folder: Path.GetRelativePath(source, file) is var path && path.Contains('/') ? path[..path.IndexOf('/')] : ".", file))
            .Where(file => file.Folder is not ("bin" or "obj"))
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file.file)).Select(match => (Name: match.Groups[1].Value, file.Folder)))
            .Distinct().ToDictionary(type => type.Name, type => Array.IndexOf(layers, type.Folder));
        CollectionAssert.DoesNotContain(layerOf.Values, -1, "a folder that has no place in the order");

        using var assembly = AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, $"{package}.dll"));
        var upward = new SortedSet<string>();
        int uses = 0;
        foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(type => LayerOf(type) is not null))
        {
            foreach (TypeReference used in TypesIn(type).Where(used => used.Scope == assembly.MainModule && LayerOf(used) is not null))
            {
                uses++;
                if (LayerOf(used) > LayerOf(type))
                    upward.Add($"{layers[LayerOf(type)!.Value]}/{Outermost(type).Name} uses {layers[LayerOf(used)!.Value]}/{Outermost(used).Name}");
            }
        }
        Assert.IsGreaterThan(100, uses);
        Assert.AreEqual("", string.Join(Environment.NewLine, upward));

        int? LayerOf(TypeReference type) => layerOf.TryGetValue(Outermost(type).Name.Split('`')[0], out int layer) ? layer : null;
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<TypeReference> TypesIn(TypeDefinition type)
    {
        IEnumerable<TypeReference?> direct = type.Interfaces.Select(implemented => implemented.InterfaceType).Append(type.BaseType)
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
            .Concat(type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions.SelectMany(instruction => instruction.Operand switch
            {
                TypeReference used => [used],
                GenericInstanceMethod generic => [generic.DeclaringType, .. generic.GenericArguments],
                MemberReference member => [member.DeclaringType],
                _ => Array.Empty<TypeReference>(),
            })));
        return direct.OfType<TypeReference>().SelectMany(Parts);
    }

    /// <summary>A type without what is built around it, and its arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        TypeSpecification built => Parts(built.ElementType),
        _ => [type],
    };

    [GeneratedRegex(@"^(?:public |internal |private |protected |sealed |static |abstract |readonly |ref |partial |file )*(?:class|struct|interface|enum|record struct|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
