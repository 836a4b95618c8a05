using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>The page: three files within the program, which need nothing from elsewhere.</summary>
internal static class PageFiles
{
    private static readonly (string Path, string Resource, string Type)[] s_files =
    [
        ("/", "page.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
    ];

    /// <summary>Serves the files.</summary>
    public static void MapTo(IEndpointRouteBuilder routes)
    {
        foreach ((string path, string resource, string type) in s_files)
        {
            byte[] content = Read(resource);
            routes.MapGet(path, () => Results.Bytes(content, type));
        }
    }

    private static byte[] Read(string resource)
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program lacks its file {resource}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
