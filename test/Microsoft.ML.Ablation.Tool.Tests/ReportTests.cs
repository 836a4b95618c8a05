using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.Playwright;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed partial class ReportTests
{
    private const int Rows = 12;
    private static readonly string[] s_browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static string s_folder = "";

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static void TrainCertifyAndReport(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-report-").FullName;
        Succeed("train", "--generated", "--train-rows", "2000", "--epochs", "2", "--k", "150", "--paper", "--votes", "500", "--selection-votes", "100",
            "--out", "model.zip");
        Succeed("certify", "--model", "model.zip", "--generated", "--rows", $"{Rows}", "--run", "runs & more");
        Succeed("certify", "--model", "model.zip", "--generated", "--rows", "4", "--skip", "3", "--k", "60", "--run", "other");
        Succeed("certify", "--model", "model.zip", "--generated", "--rows", $"{Rows}", "--k", "140", "--run", "near");
        Succeed("certify", "--model", "model.zip", "--generated", "--held-out", "--rows", "4", "--run", "held out");
        Succeed("attack", "--model", "model.zip", "--generated", "--rows", "3", "--attack", "ProjectedGradient", "--steps", "6", "--ablations", "20",
            "--largest-budget", "200", "--first-look", "50", "--closer-look", "50", "--verification-votes", "50", "--run", "attacked");
        Succeed("report", "--run", "runs & more", "other", "--model", "model.zip", "--attack", "attacked", "--generated", "--out", "report.html", "--plots", "plots");
        Succeed("report", "--run", "other", "--out", "plain.html", "--plots", "plain", "--plot-format", "Png");
        Succeed("report", "--run", "runs & more", "near", "held out", "--out", "same.html");
        Succeed("report", "--run", "near", "held out", "--out", "apart.html");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void A_page_has_what_was_certified_and_needs_nothing_else()
    {
        string page = Read("report.html"), plain = Read("plain.html");
        foreach (string html in new[] { page, plain })
        {
            Assert.HasCount(0, Address().Matches(html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal)));
            Assert.DoesNotContain("<script", html);
        }
        StringAssert.Contains(page, "runs &amp; more");
        int broken = File.ReadAllLines(Path.Combine(s_folder, "attacked", "rows.jsonl")).Count(line => line.Contains("\"isVerified\":true") && !line.Contains("\"slots\":[]"));
        Assert.IsGreaterThan(0, broken);
        Assert.AreEqual(10 * 5 + 3 + 3 * Math.Min(broken, 8), page.Split("<img ").Length - 1);
        StringAssert.Contains(page, "Certificates refuted");
        Assert.AreEqual(0, plain.Split("<img ").Length - 1);
        Assert.AreEqual(6, page.Split("<svg ").Length - 1);
        Assert.AreEqual(3, plain.Split("<svg ").Length - 1);
        CollectionAssert.AreEquivalent(new[] { "attacked.svg", "certified-accuracy.svg", "delta.svg", "frontier.svg", "radii-1.svg", "radii-2.svg" },
            Directory.GetFiles(Path.Combine(s_folder, "plots")).Select(Path.GetFileName).ToArray());
        foreach (string plot in Directory.GetFiles(Path.Combine(s_folder, "plots")))
            System.Xml.Linq.XDocument.Load(plot);
        CollectionAssert.AreEquivalent(new[] { "certified-accuracy.png", "delta.png", "radii-1.png" },
            Directory.GetFiles(Path.Combine(s_folder, "plain")).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Runs_of_the_same_data_have_a_frontier_after_their_certified_accuracy()
    {
        const string Title = "<h2>Accuracy and robustness</h2>";
        string page = Read("same.html");
        Assert.HasCount(2, page.Split(Title));
        Assert.IsLessThan(page.IndexOf(Title, StringComparison.Ordinal), page.IndexOf("<h2>Certified accuracy</h2>", StringComparison.Ordinal));
        Assert.IsGreaterThan(page.IndexOf(Title, StringComparison.Ordinal), page.IndexOf("<h2>Certified radii", StringComparison.Ordinal));
        string svg = page[page.IndexOf(Title, StringComparison.Ordinal)..];
        svg = svg[..svg.IndexOf("</section>", StringComparison.Ordinal)];
        foreach (string text in new[] { ">runs &amp; more</text>", ">near</text>", "median certified radius, changed pixels", "<figcaption>Share of all rows that are right, against the median" })
            StringAssert.Contains(svg, text);
        Assert.DoesNotContain("held out", svg);
        // One run alone has none, nor have runs of different data.
        foreach (string other in new[] { "plain.html", "apart.html" })
        {
            StringAssert.Contains(Read(other), "<h2>Certified accuracy</h2>");
            Assert.DoesNotContain("Accuracy and robustness", Read(other));
        }
    }

    [TestMethod]
    public void What_does_not_belong_together_is_told()
    {
        Fail("There is no model file", "report", "--run", "other", "--model", "none.zip", "--generated");
        Fail("Row 3 of the data is not the one", "report", "--run", "other", "--model", "model.zip", "--generated", "--held-out");
        Fail("holds no run", "report", "--run", "nowhere");
        Fail("holds no run", "report", "--run", "other", "--attack", "nowhere", "--generated");
        Fail("is not a valid run file", "report", "--run", "other", "--attack", "other", "--generated");
        Succeed("train", "--generated", "--train-rows", "100", "--epochs", "1", "--k", "150", "--out", "second.zip");
        Fail("is not the model that 'other' certified", "report", "--run", "other", "--model", "second.zip", "--generated");
        Assert.IsFalse(File.Exists(Path.Combine(s_folder, "report-none.html")));
    }

    [TestMethod]
    public async Task Chromium_shows_every_page_without_an_error_or_a_request()
    {
        string? browserPath = s_browsers.FirstOrDefault(File.Exists);
        if (browserPath is null)
            Assert.Inconclusive($"No browser at {string.Join(", ", s_browsers)}.");
        using IPlaywright playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = browserPath,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        foreach (string page in new[] { "report.html", "plain.html", "same.html" })
        {
            await Show(browser, page, 1280, ColorScheme.Light);
            await Show(browser, page, 390, ColorScheme.Dark);
            if (LongTests.AreWanted)
            {
                await Show(browser, page, 1280, ColorScheme.Dark);
                await Show(browser, page, 390, ColorScheme.Light);
            }
        }
    }

    [TestMethod]
    [DataRow("MNIST", 784, 1)]
    [DataRow("MNIST, held out", 784, 1)]
    [DataRow("CIFAR-10", 1024, 3)]
    [DataRow("photos", 50176, 6)]
    public void The_papers_tables_stand_beside_its_data_sets(string data, int positions, int number)
    {
        Assert.AreEqual(number, ReportPlot.Published(data, positions)!.Number);
        Assert.IsNull(ReportPlot.Published("generated digits", 784));
    }

    private static async Task Show(IBrowser browser, string name, int width, ColorScheme scheme)
    {
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = scheme,
        });
        var errors = new List<string>();
        var requests = new List<string>();
        page.Console += (_, message) => errors.Add(message.Text);
        page.PageError += (_, message) => errors.Add(message);
        page.Request += (_, request) => requests.Add(request.Url);
        string address = new Uri(Path.Combine(s_folder, name)).AbsoluteUri;
        await page.GotoAsync(address);
        Assert.IsEmpty(errors, string.Join("; ", errors));
        CollectionAssert.AreEqual(new[] { address }, requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)).ToArray());

        // Nothing but tables, which scroll by themselves, is wider than the page.
        Assert.AreEqual(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), $"{name} at {width}");
        Assert.IsTrue(await page.EvaluateAsync<bool>("[...document.images].every(image => image.naturalWidth > 0 && image.alt)"));
        // Plots are there, are drawn in colours of the page, and say what they show.
        Assert.IsTrue(await page.EvaluateAsync<bool>("""
            [...document.querySelectorAll('svg')].every(svg => {
                const drawn = [...svg.querySelectorAll('polyline, path, rect, polygon')].filter(part => part.getBoundingClientRect().width > 50);
                const colours = new Set([...svg.querySelectorAll('*')].flatMap(part => [getComputedStyle(part).fill, getComputedStyle(part).stroke]));
                return drawn.length > 0 && colours.size > 3 && svg.querySelector('title').textContent && svg.querySelector('desc').textContent;
            })
            """));
        string paper = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.AreEqual(scheme == ColorScheme.Light ? "rgb(255, 255, 255)" : "rgb(20, 24, 29)", paper);
        Assert.IsGreaterThanOrEqualTo(4.5, await page.EvaluateAsync<double>(SmallestContrast));
        await page.CloseAsync();
    }

    /// <summary>The smallest contrast of text to the page, as WCAG 2 computes it.</summary>
    private const string SmallestContrast = """
        (() => {
            const light = colour => {
                const [r, g, b] = colour.match(/\d+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const paper = light(getComputedStyle(document.body).backgroundColor);
            const contrast = ink => (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
            const texts = [...document.querySelectorAll('h1, h2, p, td, th, caption, figcaption')].map(part => getComputedStyle(part).color);
            const labels = [...document.querySelectorAll('svg text')].map(part => getComputedStyle(part).fill);
            return Math.min(...[...texts, ...labels].map(colour => contrast(light(colour))));
        })()
        """;

    private static void Succeed(params string[] command)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, "-q"]);
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
    }

    private static void Fail(string told, params string[] command)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, "-q", "--out", "report-none.html"]);
        Assert.AreEqual(2, process.ExitCode, process.Error);
        StringAssert.Contains(process.Error, told);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(s_folder, page));

    [GeneratedRegex("""["'(]\s*(https?:)?//""")]
    private static partial Regex Address();
}
