#!/usr/bin/env dotnet
// Asks a service of `ablation serve` from several clients at once, checks that every answer is the one that a single client got, and prints how long answers took.
//   ablation serve --model model.zip
//   dotnet run -c Release docs/samples/load-service.cs -- [--url http://127.0.0.1:5000] [--clients 8] [--seconds 20] [--rows 50] [--process ID]
// With the id of the service's process it prints its memory at the beginning, half way and at the end. Needs no project of this repository.
#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var options = new Dictionary<string, string> { ["--url"] = "http://127.0.0.1:5000", ["--clients"] = "8", ["--seconds"] = "20", ["--rows"] = "50", ["--process"] = "" };
for (int i = 0; i < args.Length; i += 2)
{
    if (!options.ContainsKey(args[i]) || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"'{args[i]}' is no option with a value; there are {string.Join(", ", options.Keys)}.");
        return 2;
    }
    options[args[i]] = args[i + 1];
}
int clients = Whole("--clients"), rows = Whole("--rows");
var time = TimeSpan.FromSeconds(double.Parse(options["--seconds"], CultureInfo.InvariantCulture));
using Process? service = options["--process"].Length > 0 ? Process.GetProcessById(Whole("--process")) : null;
using var http = new HttpClient { BaseAddress = new Uri(options["--url"]) };

using JsonDocument examples = JsonDocument.Parse(await http.GetStringAsync($"/examples?count={rows}"));
string[] questions = [.. examples.RootElement.EnumerateArray().Select(example => example.GetProperty("row").GetRawText())];
if (questions.Length == 0)
{
    Console.Error.WriteLine("The service has no rows to choose from; start it with --data.");
    return 2;
}
var alone = new string[questions.Length];
for (int pass = 0; pass < 2; pass++)   // What is asked first takes longer; the second pass is that of a service that has begun.
{
    for (int i = 0; i < questions.Length; i++)
        alone[i] = await AskAsync(questions[i]);
}
Console.WriteLine($"{questions.Length} rows, {alone.Distinct().Count()} different answers");

var memory = new List<long> { Memory() };
var watch = Stopwatch.StartNew();
var latencies = new List<double>[clients];
long wrong = 0;
Task[] asking = [.. Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
{
    List<double> own = latencies[client] = [];
    for (int i = client; watch.Elapsed < time; i++)
    {
        long began = Stopwatch.GetTimestamp();
        string answer = await AskAsync(questions[i % questions.Length]);
        own.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (answer != alone[i % questions.Length])
            Interlocked.Increment(ref wrong);
    }
}))];
await Task.Delay(time / 2);
memory.Add(Memory());
await Task.WhenAll(asking);
double seconds = watch.Elapsed.TotalSeconds;
memory.Add(Memory());

double[] sorted = [.. latencies.SelectMany(own => own).Order()];
Console.WriteLine($"{clients} clients for {seconds:F1} s: {sorted.Length} answers, {sorted.Length / seconds:F0} a second, {wrong} not as alone");
Console.WriteLine($"p50 {sorted[sorted.Length / 2]:F1} ms, p99 {sorted[(int)(0.99 * (sorted.Length - 1))]:F1} ms, longest {sorted[^1]:F1} ms");
if (service is not null)
    Console.WriteLine($"memory of the service: {string.Join(", ", memory.Select(bytes => $"{bytes >> 20} MB"))}");
return wrong == 0 ? 0 : 1;

int Whole(string option) => int.Parse(options[option], CultureInfo.InvariantCulture);

async Task<string> AskAsync(string question)
{
    using HttpResponseMessage response = await http.PostAsync("/predict", new StringContent(question, Encoding.UTF8, "application/json"));
    string answer = await response.Content.ReadAsStringAsync();
    return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{(int)response.StatusCode}: {answer}");
}

long Memory()
{
    service?.Refresh();
    return service?.WorkingSet64 ?? 0;
}
