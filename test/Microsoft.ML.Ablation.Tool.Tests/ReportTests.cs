using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Ablation.Tool.Tests.Tables;
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
        SmallTables.Write(s_folder, "houses.csv", SmallTables.HouseNames, SmallTables.Houses(120, seed: 1));
        SmallTables.Write(s_folder, "loans.csv", SmallTables.LoanNames, SmallTables.Loans(160, seed: 2));
        Succeed("train", "--data", "houses.csv", "--label", "Price", "--ignore", "Id", "--masks", "5", "--out", "houses.zip");
        Succeed("certify", "--model", "houses.zip", "--data", "houses.csv", "--rows", "40", "--run", "houses");
        Succeed("train", "--data", "loans.csv", "--label", "Accepted", "--masks", "5", "--out", "loans.zip");
        Succeed("certify", "--model", "loans.zip", "--data", "loans.csv", "--rows", "40", "--run", "loans");
        Succeed("report", "--run", "houses", "--within", "0.2", "--out", "houses.html", "--plots", "houses plots");
        Succeed("report", "--run", "loans", "--out", "loans.html");
        SmallTables.Write(s_folder, "messages.tsv", ["Kind", "Text"], SmallTables.Messages(80, seed: 3), '\t');
        Succeed("train", "--data", "messages.tsv", "--label", "Kind", "--task", "text", "--out", "messages.zip");
        Succeed("certify", "--model", "messages.zip", "--data", "messages.tsv", "--rows", "20", "--run", "messages");
        Succeed("report", "--run", "messages", "--out", "messages.html");
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
        // Each for wide and for narrow pages.
        Assert.AreEqual(2 * 6, page.Split("<svg ").Length - 1);
        Assert.AreEqual(2 * 3, plain.Split("<svg ").Length - 1);
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
    public void A_page_explains_and_measures_what_it_shows()
    {
        string page = Read("report.html");
        StringAssert.Contains(page, "<title>Robustness of runs &amp; more and other on generated digits</title>");
        foreach (string text in new[] { "Nobody can make the model answer otherwise", "with a chance of at most α = 5 %", "each time on 150 of the 784 pixels", ">Votes per row</th><td>600</td>", ">Time per row</th>",
            "Answers by true class, certified or not", "k, retained positions", "votes that certify, at most", ">abstained</th>" })
            StringAssert.Contains(page, text);
        Assert.MatchesRegex(@">Accuracy</th><td>[\d.]+ % \([\d.]+–[\d.]+\)</td>", page);
        Assert.DoesNotContain("{&quot;", page);
    }

    [TestMethod]
    public void Runs_are_called_by_their_last_names_and_equal_curves_are_told_apart()
    {
        CopyRun("near", Path.Combine("a", "far"));
        CopyRun("near", Path.Combine("b", "far"));
        Succeed("report", "--run", Path.Combine(s_folder, "near"), Path.Combine("a", "far"), Path.Combine("b", "far"), "--out", "twins.html");
        string page = Read("twins.html");
        Assert.DoesNotContain(s_folder, page);
        StringAssert.Contains(page, "<th scope=\"col\">b/far</th>");
        StringAssert.Contains(page, "b/far, equal to ");
        Assert.Contains("stroke-dasharray", page);
    }

    [TestMethod]
    public void Tables_have_pages_with_intervals_or_radii_and_the_attributes_of_rows()
    {
        string houses = Read("houses.html"), loans = Read("loans.html");
        foreach (string text in new[] { "<title>Robustness of houses on houses.csv</title>", "Certified within 20 %", "Width of the intervals", "Predicted and true Price for ρ = 1", ">R²</th>", ">Mean absolute error</th>",
            "Within 20 % at ρ\u00a0=\u00a02", "Narrowest intervals", "Widest intervals", "<th scope=\"row\">Region</th>", "move only the one prediction that sees it", "an interval cannot be wrong" })
            StringAssert.Contains(houses, text);
        foreach (string text in new[] { "changing up to ρ attributes", "ρ, changed attributes", "Smallest radii", "<th scope=\"row\">Region</th>", ">Accepted</th>", "seen by one mask only" })
            StringAssert.Contains(loans, text);
        foreach (string text in new[] { "by replacing up to ρ words", "dealt to 9 masks", "ρ, changed words", "<p class=\"text\">" })
            StringAssert.Contains(Read("messages.html"), text);
        CollectionAssert.AreEquivalent(new[] { "within.svg", "widths.svg", "intervals-1.svg", "intervals-2.svg" },
            Directory.GetFiles(Path.Combine(s_folder, "houses plots")).Select(Path.GetFileName).ToArray());
        Fail("--model is for runs of images", "report", "--run", "houses", "--model", "houses.zip");
        Fail("--within is given, but it is for numbers", "report", "--run", "loans", "--within", "0.1");
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
        foreach (string page in new[] { "report.html", "plain.html", "same.html", "houses.html", "loans.html", "messages.html" })
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
        // Each section is filled from the left to at least two thirds, beside another one or alone.
        if (width == 1280)
            Assert.AreEqual("", await page.EvaluateAsync<string>(EmptyThirds), name);
        // Letters of plots can be read.
        Assert.IsGreaterThanOrEqualTo(10, await page.EvaluateAsync<double>(SmallestLetters), $"{name} at {width}");
        // Plots are there, are drawn in colours of the page, and say what they show.
        Assert.IsTrue(await page.EvaluateAsync<bool>("""
            [...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0).every(svg => {
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

    /// <summary>The headings of sections whose widest part leaves more than a third of their place empty.</summary>
    private const string EmptyThirds = """
        [...document.querySelectorAll('section')].filter(section => {
            const place = section.getBoundingClientRect();
            const parts = [...section.querySelectorAll('table, svg, p, figcaption, .cards, .row')].map(part => part.getBoundingClientRect().right - place.left);
            return Math.max(...parts) < place.width * 2 / 3;
        }).map(section => section.querySelector('h2').textContent).join('; ')
        """;

    /// <summary>The height of the smallest letters of plots, in pixels of the page.</summary>
    private const string SmallestLetters = """
        Math.min(...[...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0).flatMap(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [...svg.querySelectorAll('text')].map(text => scale * parseFloat(text.getAttribute('font-size') || getComputedStyle(text).fontSize));
        }))
        """;

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

    private static void CopyRun(string name, string folder)
    {
        Directory.CreateDirectory(Path.Combine(s_folder, folder));
        foreach (string file in (string[])["manifest.json", "rows.jsonl"])
            File.Copy(Path.Combine(s_folder, name, file), Path.Combine(s_folder, folder, file));
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(s_folder, page));

    [GeneratedRegex("""["'(]\s*(https?:)?//""")]
    private static partial Regex Address();
}
