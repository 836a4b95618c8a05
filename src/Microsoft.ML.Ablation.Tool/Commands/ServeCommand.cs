using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Serving;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation serve</c>: a page to play with a model, and a service to call.</summary>
internal static class ServeCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("serve", "Serve a model: a page to play with, and POST /predict for programs. Ends with Ctrl-C.");
        var data = new DataOptions();
        var serve = new ServeOptionSet();
        Option<bool> quiet = new ValueOption<bool>(ValueKind.Flag, "--quiet", "-q") { Description = "Only errors on stderr." };
        serve.AddTo(command);
        data.AddTo(command, ownFiles: true, tables: true, downloads: false);
        command.AddOptions(HelpGroup.Output, quiet);
        command.SetWork(async (parsed, cancellation) =>
        {
            var console = new ToolConsole(json: false, parsed.GetValue(quiet));
            var ml = new MLContext();
            console.Follow(ml);
            ServeSettings settings = serve.Read(parsed);
            using ServedModel model = await LoadAsync(parsed, ml, serve.PathOf(parsed), data, console, cancellation);
            await using ServedSite site = await ServedSite.StartAsync(model, settings, cancellation);
            console.Say($"Serving '{settings.ModelName}' at {string.Join(" and ", site.Addresses)} until Ctrl-C.");
            if (!settings.IsLocal)
                console.Say("Warning: other machines reach this service, which knows no users and no encryption; put a server before it that does.");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            console.Say("Stopped.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The model with rows to choose from.</summary>
    /// <exception cref="InvalidDataException">It cannot be served, or the data do not fit it.</exception>
    private static async Task<ServedModel> LoadAsync(ParseResult parsed, MLContext ml, string path, DataOptions data, ToolConsole console, CancellationToken cancellation)
    {
        ITransformer chain = ModelFile.Load(ml, path, out DataViewSchema? schema);
        try
        {
            return TableModel.From(chain, schema) is { } table
                ? OfTable(parsed, table, path, data)
                : await OfImagesAsync(parsed, ml, new ServedImages(chain, schema, path), path, data, console, cancellation);
        }
        catch
        {
            (chain as IDisposable)?.Dispose();
            throw;
        }
    }

    private static ServedTable OfTable(ParseResult parsed, TableModel table, string path, DataOptions data)
    {
        var model = new ServedTable(table);
        if (data.TableOf(parsed) is { } file)
            model.Examples = model.ExamplesOf(DelimitedFile.Read(file));
        else if (data.AnyGiven(parsed))
            throw new ArgumentException($"'{path}' is a model of tables; give --data with a file that ends in {string.Join(" or ", DelimitedFile.Endings)}, or leave it out.");
        return model;
    }

    private static async Task<ServedImages> OfImagesAsync(ParseResult parsed, MLContext ml, ServedImages model, string path, DataOptions data, ToolConsole console,
        CancellationToken cancellation)
    {
        if (data.TableOf(parsed) is { } file)
            throw new ArgumentException($"'{path}' is a model of images, but '{file}' is a table; give --data with a folder of images, or leave it out.");
        bool given = data.AnyGiven(parsed);
        // Which files a model of files was trained on, nobody can guess.
        if (!given && model.ReadsFiles)
            return model;
        ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
        try
        {
            model.Examples = model.ExamplesOf(images.LoadTest(), images.Name);
        }
        catch (InvalidDataException exception) when (!given)
        {
            console.Say($"The page has no images to choose from: {exception.Message}");
        }
        return model;
    }
}
