using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>The page of <c>ablation serve</c> in Chromium.</summary>
[TestClass]
public sealed partial class ServedPageTests
{
    private static readonly string[] s_browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static IPlaywright? s_playwright;
    private static IBrowser? s_browser;

    [ClassInitialize]
    public static async Task Launch(TestContext _)
    {
        if (s_browsers.FirstOrDefault(File.Exists) is not { } path)
            return;
        s_playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        s_browser = await s_playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    [ClassCleanup]
    public static async Task Close()
    {
        if (s_browser is not null)
            await s_browser.CloseAsync();
        s_playwright?.Dispose();
    }

    [TestMethod]
    [DataRow(1280, ColorScheme.Light)]
    [DataRow(390, ColorScheme.Dark)]
    public async Task Images_are_chosen_painted_over_drawn_and_dropped(int width, ColorScheme scheme)
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Digits, ml => ml.Data.LoadGeneratedDigits(15, seed: 2));
        await using ShownPage shown = await ShownPage.OpenAsync(Browser(), site.Address, width, scheme);
        IPage page = shown.Page;
        Assert.AreEqual(12, await page.Locator(".thumb").CountAsync());
        Assert.AreEqual(12, await page.Locator("#tiles figure").CountAsync());
        string answer = await shown.TextAsync("#label");

        // Examples.
        await page.GetByText("Later").ClickAsync();
        await shown.AnsweredAsync();
        Assert.AreEqual(3, await page.Locator(".thumb").CountAsync());
        StringAssert.StartsWith(await shown.TextAsync("#chosen"), "Image 12, ");
        Assert.IsTrue(await page.GetByText("Later").IsDisabledAsync());
        await page.GetByText("Earlier").ClickAsync();
        await shown.AnsweredAsync();
        Assert.AreEqual(answer, await shown.TextAsync("#label"));
        (int certified, int radius) = await MostCertainAsync(site);
        Assert.IsGreaterThan(0, radius);
        await page.Locator(".thumb").Nth(certified).ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#chosen"), $"Image {certified}, ");

        // Changes: one by the pointer, others at random, back one by one, or all.
        StringAssert.StartsWith(await shown.TextAsync("#counter"), $"Changed 0 of ρ = {radius} pixel");
        await page.Locator("#canvas").ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 1 ");
        StringAssert.StartsWith(await shown.TextAsync("#verdict"), "Within ρ, the answer cannot change. It stands: ");
        await page.Locator("#one").ClickAsync();
        await page.Locator("#ten").ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 12 ");
        StringAssert.Contains(await shown.TextAsync("#verdict"), "the answer may or may not change.");
        StringAssert.Contains(await shown.TextAsync("#live"), "Changed 12 ");
        await page.GetByText("Undo").ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 11 ");
        await page.Locator("#canvas").ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 10 ");
        await page.GetByText("Reset").First.ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 0 ");
        foreach (string colour in new[] { "White", "Black" })
        {
            await page.GetByLabel(colour).CheckAsync();
            await page.Locator("#one").ClickAsync();
            await shown.AnsweredAsync();
        }
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 2 ");

        // Why, until something changes.
        await page.Locator("#explain").ClickAsync();
        await Assertions.Expect(page.Locator("#words")).ToContainTextAsync("Closest competitor");
        Assert.IsTrue(await page.Locator("#heat").IsVisibleAsync());
        await page.Locator("#one").ClickAsync();
        await shown.AnsweredAsync();
        Assert.IsFalse(await page.Locator("#heat").IsVisibleAsync());

        // A drawing is another image, without changes.
        await page.GetByLabel("Draw an image").CheckAsync();
        await page.GetByText("Clear").ClickAsync();
        await shown.AnsweredAsync();
        await page.Locator("#canvas").ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await page.Locator("#canvas").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 5);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 5 * 4, new MouseMoveOptions { Steps = 5 });
        await page.Mouse.UpAsync();
        await shown.AnsweredAsync();
        Assert.AreEqual("Your drawing", await shown.TextAsync("#chosen"));
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 0 ");
        Assert.IsGreaterThan(40, await Bright(page));

        // A file: the browser makes it as large as the model wants it.
        byte[] png = Convert.FromBase64String((await page.EvaluateAsync<string>("""
            (() => {
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [60, 90];
                canvas.getContext('2d').fillStyle = 'white';
                canvas.getContext('2d').fillRect(0, 0, 60, 90);
                return canvas.toDataURL('image/png').split(',')[1];
            })()
            """)));
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "white.png", MimeType = "image/png", Buffer = png });
        await Assertions.Expect(page.Locator("#chosen")).ToHaveTextAsync("white.png");
        await shown.AnsweredAsync();
        Assert.AreEqual(784, await Bright(page));
        await page.GetByLabel("Dark on light").CheckAsync();
        await shown.AnsweredAsync();
        Assert.AreEqual(0, await Bright(page));
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "note.png", MimeType = "image/png", Buffer = "no image"u8.ToArray() });
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("note.png is no image");
        await shown.CheckAsync();
    }

    [TestMethod]
    [DataRow(1280)]
    [DataRow(390)]
    public async Task Everything_of_the_page_can_be_done_with_keys(int width)
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Digits, ml => ml.Data.LoadGeneratedDigits(15, seed: 2));
        await using ShownPage shown = await ShownPage.OpenAsync(Browser(), site.Address, width, ColorScheme.Light);
        IPage page = shown.Page;
        // Tab reaches every control, and the one that has the focus shows it.
        var reached = new List<string>();
        for (int i = 0; i < 60 && !reached.Contains("health"); i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("document.activeElement.id || document.activeElement.textContent || document.activeElement.getAttribute('aria-label') || document.activeElement.value"));
            Assert.IsTrue(await page.EvaluateAsync<bool>("document.activeElement.id === 'file' || getComputedStyle(document.activeElement).outlineStyle !== 'none'"), reached[^1]);
            if (reached[^1] == "canvas")
                await PaintWithKeys(shown);
        }
        foreach (string control in new[] { "later", "canvas", "one", "ten", "undo", "reset", "file", "invert", "explain", "openapi.json", "model", "health" })
            CollectionAssert.Contains(reached, control);
        Assert.AreEqual(12, reached.Count(name => name.StartsWith("Image ", StringComparison.Ordinal)));
        await shown.CheckAsync();
    }

    private static async Task PaintWithKeys(ShownPage shown)
    {
        IKeyboard keys = shown.Page.Keyboard;
        foreach (string key in new[] { "ArrowRight", "ArrowDown", "Space" })
            await keys.PressAsync(key);
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 1 ");
        Assert.AreEqual("Row 2, column 2, changed", await shown.TextAsync("#cursor"));
        foreach (string key in new[] { "Shift+ArrowRight", "Shift+ArrowRight", "End", "PageDown", "Enter" })
            await keys.PressAsync(key);
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 4 ");
        Assert.AreEqual("Row 7, column 28, changed", await shown.TextAsync("#cursor"));
        await keys.PressAsync("Space");
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 3 ");
    }

    [TestMethod]
    [DataRow(1280, ColorScheme.Dark)]
    [DataRow(390, ColorScheme.Light)]
    public async Task Attributes_are_changed_and_the_intervals_are_shown(int width, ColorScheme scheme)
    {
        await using RunningSite site = await RunningSite.OfTableAsync(ServedTestModels.Houses, "houses.csv");
        await using ShownPage shown = await ShownPage.OpenAsync(Browser(), site.Address, width, scheme);
        IPage page = shown.Page;
        StringAssert.StartsWith(await shown.TextAsync("#chosen"), "Row 0 of houses.csv; Price is ");
        Assert.AreEqual(3, await page.Locator("#intervals tbody tr").CountAsync());
        StringAssert.StartsWith(await shown.TextAsync("#verdict"), "Change attributes.");
        await page.GetByLabel("Area").FillAsync("1000");
        await page.GetByLabel("Region").SelectOptionAsync("south");
        await shown.AnsweredAsync();
        string counter = await shown.TextAsync("#counter");
        Assert.MatchesRegex(Counter(), counter);
        StringAssert.Contains(await page.Locator(".field.changed").First.TextContentAsync(), "was ");
        await page.GetByLabel("Area").FillAsync("large");
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("'Area' is \"large\"");
        await page.GetByText("Reset").Last.ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 0 ");
        Assert.AreEqual("", await shown.TextAsync("#problem"));
        await page.GetByText("Later").ClickAsync();
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#chosen"), "Row 1 ");
        await shown.CheckAsync();
    }

    [TestMethod]
    [DataRow(1280)]
    [DataRow(390)]
    public async Task Changed_pixels_are_compared_with_the_certified_patch(int width)
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Bands, ml => ml.Data.LoadGeneratedDigits(12, seed: 2));
        await using ShownPage shown = await ShownPage.OpenAsync(Browser(), site.Address, width, ColorScheme.Light);
        IPage page = shown.Page;
        (int certified, int radius) = await MostCertainAsync(site);
        Assert.IsGreaterThan(2, radius);
        await page.Locator(".thumb").Nth(certified).ClickAsync();
        await shown.AnsweredAsync();
        string certifiedPatch = $" of certified {radius} × {radius} pixels (m = {radius})";
        Assert.AreEqual($"Changed within 0 × 0{certifiedPatch}", await shown.TextAsync("#counter"));
        Assert.AreEqual($"Paint on the image. Up to a patch of {radius} × {radius} pixels, the answer cannot change.", await shown.TextAsync("#verdict"));
        float cell = (await page.Locator("#canvas").BoundingBoxAsync())!.Width / 28;
        foreach ((int down, int right, string within) in new[] { (14, 14, "1 × 1"), (16, 14, "3 × 1"), (15, 15, "3 × 2") })
        {
            await page.Locator("#canvas").ClickAsync(new LocatorClickOptions { Position = new Position { X = (right + 0.5f) * cell, Y = (down + 0.5f) * cell } });
            await shown.AnsweredAsync();
            Assert.AreEqual($"Changed within {within}{certifiedPatch}", await shown.TextAsync("#counter"));
            StringAssert.StartsWith(await shown.TextAsync("#verdict"), "Within m, the answer cannot change. It stands: ");
        }
        await page.Locator("#canvas").ClickAsync(new LocatorClickOptions { Position = new Position { X = 0.5f * cell, Y = 0.5f * cell } });
        await shown.AnsweredAsync();
        Assert.AreEqual($"Changed within 17 × 16{certifiedPatch}", await shown.TextAsync("#counter"));
        StringAssert.StartsWith(await shown.TextAsync("#verdict"), "More than m: the answer may or may not change. ");
        StringAssert.Contains(await shown.TextAsync("#meaning-text"), "Whoever changes a patch of the certified size, whatever it shows and wherever it is, changes too few votes");
        await shown.CheckAsync();
    }

    [TestMethod]
    [DataRow(1280)]
    [DataRow(390)]
    public async Task Words_of_a_text_are_replaced(int width)
    {
        await using RunningSite site = await RunningSite.OfTableAsync(ServedTestModels.Messages, "messages.tsv");
        await using ShownPage shown = await ShownPage.OpenAsync(Browser(), site.Address, width, ColorScheme.Light);
        ILocator text = shown.Page.Locator("textarea");
        string[] words = (await text.InputValueAsync()).Split(' ');
        (words[0], words[1]) = ("something", "else");
        await text.FillAsync(string.Join(' ', words));
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#counter"), "Changed 2 ");
        await text.FillAsync(string.Join(' ', words.Append("more")));
        await shown.AnsweredAsync();
        StringAssert.StartsWith(await shown.TextAsync("#verdict"), "Words were inserted or deleted, which this certificate does not cover");
        Assert.IsGreaterThan(1, await shown.Page.Locator("#votes tbody tr").CountAsync());
        await shown.Page.Locator("#explain").ClickAsync();
        await Assertions.Expect(shown.Page.Locator("#important tbody tr").First).ToBeVisibleAsync();
        await shown.CheckAsync();
    }

    /// <summary>The browser; where there is none, the test is skipped.</summary>
    private static IBrowser Browser()
    {
        if (s_browser is null)
            Assert.Inconclusive($"No browser at {string.Join(", ", s_browsers)}.");
        return s_browser;
    }

    /// <summary>The example with the largest radius among the first twelve.</summary>
    private static async Task<(int Number, int Radius)> MostCertainAsync(RunningSite site)
    {
        JsonObject body = new() { ["rows"] = new JsonArray([.. await site.ExampleRowsAsync(12)]) };
        int[] radii = [.. (await site.PredictAsync(body))["answers"]!.AsArray().Select(answer => (int?)answer!["certifiedRadius"] ?? -1)];
        return (Array.IndexOf(radii, radii.Max()), radii.Max());
    }

    /// <summary>How many pixels of the image are bright.</summary>
    private static Task<int> Bright(IPage page) => page.EvaluateAsync<int>("""
        (() => {
            const canvas = document.querySelector('#canvas'), s = canvas.width / 28;
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let bright = 0;
            for (let i = 0; i < 784; i++)
                bright += data[4 * ((Math.floor(i / 28) * s + s / 2 | 0) * canvas.width + (i % 28 * s + s / 2 | 0))] > 127 ? 1 : 0;
            return bright;
        })()
        """);

    [GeneratedRegex("^Changed 2 of ρ = [12] attributes?$|^Changed 1 of ρ = [12] attributes?$")]
    private static partial Regex Counter();
}
