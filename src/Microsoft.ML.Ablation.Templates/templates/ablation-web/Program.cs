// Certified answers over HTTP. The first start trains a model of digits; put a model.zip of your own in its place.
//   curl http://127.0.0.1:5000/example | curl http://127.0.0.1:5000/predict --json @-
using Microsoft.ML;

const string modelFile = "model.zip";
var ml = new MLContext();
if (!File.Exists(modelFile))
{
    Console.WriteLine("Training a model of digits, about half a minute ...");
    DigitModel.Train(modelFile);
}
using var classifier = new CertifiedClassifier(ml, modelFile, engines: Environment.ProcessorCount, queue: 64);

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["urls"] is null)
    builder.WebHost.UseUrls("http://127.0.0.1:5000");
// An image is no longer: 32 characters are enough for a pixel.
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 32 * classifier.PixelCount + 1_024);
builder.Services.AddProblemDetails();
WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();

app.MapPost("/predict", async (Question question, HttpResponse response, CancellationToken aborted) =>
{
    if (question.Pixels is not { } pixels || pixels.Length != classifier.PixelCount || Array.Exists(pixels, value => value is not (>= 0 and <= 1)))
        return Results.Problem($"Give {{\"pixels\": [...]}} with {classifier.PixelCount} numbers from 0 to 1, rows from top to bottom.", statusCode: StatusCodes.Status400BadRequest);
    if (await classifier.CertifyAsync(pixels, aborted) is { } answer)
        return Results.Ok(answer);
    response.Headers.RetryAfter = "1";
    return Results.Problem("Too many requests wait; try again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
});
app.MapGet("/example", () => new Question(DigitModel.DrawDigit()));
app.MapGet("/health", () => "ready");
app.Run();

/// <summary>What is asked.</summary>
/// <param name="Pixels">Values from 0 to 1.</param>
internal sealed record Question(float[]? Pixels);

/// <summary>What is answered.</summary>
/// <param name="PredictedClass">The class; null where none is certain enough to be answered.</param>
/// <param name="CertifiedRadius">So many pixels may be changed, to whatever values, without changing the class; null where nothing is certified.</param>
internal sealed record Answer(string? PredictedClass, int? CertifiedRadius);
