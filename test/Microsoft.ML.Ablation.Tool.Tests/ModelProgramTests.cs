using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Ablation.Tool.Tests.Datasets;
using Microsoft.ML.Ablation.Tool.Tests.Tables;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>The C# that <c>train</c> prints.</summary>
[TestClass]
public sealed class ModelProgramTests
{
    [TestMethod]
    public void Columns_of_a_table_are_properties_whatever_they_are_called()
    {
        string code = ModelProgram.OfTable("C:\\my \"models\"\\m.zip",
        [
            new("sale price", ColumnRole.Label, IsNumber: true), new("2nd floor", ColumnRole.Number, IsNumber: true), new("Sale Price", ColumnRole.Category, IsNumber: false),
            new("größe", ColumnRole.Number, IsNumber: true),
        ], name => name == "2nd floor" ? " 12.50" : name == "größe" ? "NA" : "a \"b\" ");
        foreach (string line in new[]
        {
            "ml.Model.Load(\"C:\\\\my \\\"models\\\"\\\\m.zip\", out _);", "new TableRow { Column2ndFloor = 12.5f, SalePrice_2 = \"a \\\"b\\\"\", GrE = float.NaN }",
            "    [ColumnName(\"sale price\")]\n    public float SalePrice { get; set; }   // what is predicted", "    [ColumnName(\"größe\")]\n    public float GrE { get; set; }\n",
            "{answer.Score}; with one attribute falsified from {answer.CertifiedLower[1]}",
        })
        {
            StringAssert.Contains(code, line);
        }
        Assert.DoesNotContain("MapKeyToValue", code);
        StringAssert.Contains(ModelProgram.OfImageFiles("m.zip"), "MapKeyToValue");
    }

    [TestMethod]
    [LongTest("compiles and runs three programs")]
    public void Programs_that_train_prints_compile_and_certify()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            PictureFolder.WriteTo(Path.Combine(folder, "photos"), count: 16);
            File.Copy(Path.Combine(folder, "photos", "red", "1.png"), Path.Combine(folder, "photo.png"));
            SmallTables.Write(folder, "houses.csv", SmallTables.HouseNames, SmallTables.Houses(300, seed: 1));
            SmallTables.Write(folder, "loans.csv", SmallTables.LoanNames, SmallTables.Loans(300, seed: 2), ';');
            Run("photos", ["--data", "photos", "--budget", "2s"], " pixels");
            Run("houses", ["--data", "houses.csv", "--label", "Price", "--ignore", "Id"], "; with one attribute falsified from ");
            Run("loans", ["--data", "loans.csv", "--label", "Accepted"], " attributes");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Run(string name, string[] data, string said)
        {
            ToolProcess train = ToolProcess.Ablation(folder, ["train", .. data, "--out", $"{name}.zip"]);
            Assert.AreEqual(0, train.ExitCode, train.Error);
            string code = train.Output[train.Output.IndexOf("using Microsoft.ML;", StringComparison.Ordinal)..];
            string source = Path.Combine(ToolProcess.RepositoryRoot, "src");
            // The packages, as they are here.
            string[] packages =
            [
                .. new[] { "Microsoft.ML.Ablation.TorchSharp", "Microsoft.ML.Ablation.Images" }.Select(package => $"#:project {Path.Combine(source, package, $"{package}.csproj")}"),
                "#:package TorchSharp-cpu", "#:package Microsoft.ML.LightGbm", "#:property PublishAot=false",
            ];
            string program = Directory.CreateDirectory(Path.Combine(ToolProcess.RepositoryRoot, "artifacts", "programs")).FullName;
            string file = Path.Combine(program, $"{name}-{Environment.ProcessId}.cs");
            try
            {
                File.WriteAllText(file, $"{string.Join('\n', packages)}\n{code}");
                ToolProcess run = ToolProcess.Start("dotnet", folder, "run", file);
                Assert.AreEqual(0, run.ExitCode, run.Output + run.Error);
                StringAssert.Contains(run.Output, said);
            }
            finally
            {
                File.Delete(file);
            }
        }
    }
}
