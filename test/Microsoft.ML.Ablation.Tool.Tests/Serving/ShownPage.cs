using Microsoft.Playwright;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>A page of a site in a browser. It must neither log an error, nor ask another host, nor be wider than the window, nor move by itself, nor be hard to read.</summary>
internal sealed class ShownPage : IAsyncDisposable
{
    /// <summary>The smallest contrast of text to what is behind it, as WCAG 2 computes it.</summary>
    private const string SmallestContrast = """
        (() => {
            const parts = colour => colour.match(/[\d.]+/g).map(Number);
            const light = colour => {
                const [r, g, b] = parts(colour).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = part => {
                for (; part; part = part.parentElement) {
                    const colour = getComputedStyle(part).backgroundColor, alpha = parts(colour)[3] ?? 1;
                    if (alpha > 0)
                        return colour;
                }
            };
            const texts = [...document.querySelectorAll('h1, h2, h3, p, td, th, caption, figcaption, label, b, span, a, button:not(:disabled), select, input')]
                .filter(part => part.checkVisibility());
            return Math.min(...texts.map(part => {
                const [a, b] = [light(getComputedStyle(part).color), light(behind(part))];
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            }));
        })()
        """;

    /// <summary>The folder that gets a picture of every page that is checked, for whoever wants to look at them; null for none.</summary>
    private static readonly string? s_pictures = Environment.GetEnvironmentVariable("ABLATION_PICTURES");

    private static int s_pictured;

    private readonly List<string> _errors = [];
    private readonly Uri _address;
    private readonly int _width;

    private ShownPage(IPage page, Uri address, int width)
    {
        (Page, _address, _width) = (page, address, width);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Add(message.Text);
        };
        page.PageError += (_, message) => _errors.Add(message);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.AbsoluteUri, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _errors.Add(request.Url);
        };
    }

    public IPage Page { get; }

    /// <summary>Opens the page and waits for the first answer.</summary>
    public static async Task<ShownPage> OpenAsync(IBrowser browser, Uri address, int width, ColorScheme scheme)
    {
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 }, ColorScheme = scheme });
        var shown = new ShownPage(page, address, width);
        await page.GotoAsync(address.AbsoluteUri);
        await Assertions.Expect(page.Locator("#certain")).ToContainTextAsync(".");
        await shown.AnsweredAsync();
        // The page stays where it is while answers come: later ones move nothing.
        await page.EvaluateAsync("""
            () => {
                window.moved = 0;
                new PerformanceObserver(list => list.getEntries().filter(entry => !entry.hadRecentInput).forEach(entry => window.moved += entry.value)).observe({ type: 'layout-shift' });
            }
            """);
        return shown;
    }

    /// <summary>Waits until the answer to what was asked last is there.</summary>
    public Task AnsweredAsync() => Assertions.Expect(Page.Locator("#answer")).ToHaveAttributeAsync("aria-busy", "false");

    public async Task<string> TextAsync(string part) => (await Page.Locator(part).TextContentAsync())!.Trim();

    /// <summary>Checks the page, after all that a test did with it.</summary>
    public async Task CheckAsync()
    {
        int wide = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        double contrast = await Page.EvaluateAsync<double>(SmallestContrast), moved = await Page.EvaluateAsync<double>("window.moved");
        string nameless = await Page.EvaluateAsync<string>("""
            [...document.querySelectorAll('input, select, textarea, button')]
                .filter(part => !part.getAttribute('aria-label') && part.labels.length === 0 && !part.textContent.trim()).map(part => part.id).join()
            """);
        if (s_pictures is not null)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(s_pictures, $"{Interlocked.Increment(ref s_pictured)}-{_width}.png"), FullPage = true });
        // What a test expects to be refused is logged by the browser too.
        string[] errors = [.. _errors.Where(error => !error.Contains("status of 400", StringComparison.Ordinal))];
        Assert.IsEmpty(errors, string.Join("; ", errors));
        Assert.AreEqual(_width, wide);
        Assert.IsGreaterThanOrEqualTo(4.5, contrast);
        Assert.IsLessThan(0.1, moved);
        Assert.AreEqual("", nameless);
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
