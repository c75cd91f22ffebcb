using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mobility.Tests.Support;

namespace Mobility.Tests.Platform;

/// <summary>One POST that the application under a sidecar received.</summary>
public sealed record Received(
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body,
    CancellationToken Aborted
)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    public string Id => Json.GetProperty("id").GetString()!;
}

/// <summary>What the application answers.</summary>
public sealed record Answer(int Status, string Body = "");

/// <summary>The application under a sidecar: a real HTTP server whose answers a test writes.</summary>
public sealed class ScriptedApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = Poll.Patience;

    private readonly ConcurrentDictionary<string, Func<Received, Task<Answer>>> scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Channel<Received>> arrivals = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> gets = new();
    private readonly CancellationTokenSource crash = new();
    private WebApplication? web;

    private ScriptedApp(int port) => Port = port;

    public int Port { get; }

    /// <summary>What the health path says.</summary>
    public bool Healthy { get; set; } = true;

    /// <summary>Paths asked by GET, the health path included.</summary>
    public IReadOnlyCollection<string> Gets => gets;

    public static async Task<ScriptedApp> Start(int? port = null)
    {
        var app = new ScriptedApp(port ?? FreePort.Next());
        await app.Listen();
        return app;
    }

    /// <summary>An application that does not listen yet.</summary>
    public static ScriptedApp Closed() => new(FreePort.Next());

    public async Task Listen()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        web = builder.Build();
        web.Run(Handle);
        await web.StartAsync();
    }

    /// <summary>Answers of a path from now on; without a script it is 200.</summary>
    public void On(string path, Func<Received, Task<Answer>> script) => scripts[path] = script;

    /// <summary>One answer after the other; the last one stays.</summary>
    public void On(string path, params Answer[] answers)
    {
        int next = 0;
        On(path, _ => Task.FromResult(answers[Math.Min(Interlocked.Increment(ref next), answers.Length) - 1]));
    }

    /// <summary>The next POST to a path, in order of arrival.</summary>
    public async Task<Received> Next(string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await Arrivals(path).Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException error)
        {
            throw new TimeoutException($"Nothing arrived at {path} within {Patience}.", error);
        }
    }

    /// <summary>POSTs to a path that arrived and were not yet asked for.</summary>
    public int Waiting(string path) => Arrivals(path).Reader.Count;

    /// <summary>Ends as a killed process does: the port closes, connections break, nothing is answered.</summary>
    public async Task Crash()
    {
        await crash.CancelAsync();
        await web!.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await crash.CancelAsync();
        if (web is not null)
        {
            await web.StopAsync();
            await web.DisposeAsync();
        }
        crash.Dispose();
    }

    private Channel<Received> Arrivals(string path) =>
        arrivals.GetOrAdd(path, _ => Channel.CreateUnbounded<Received>());

    private async Task Handle(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            gets.Enqueue(context.Request.Path);
            bool found = context.Request.Path == "/healthz";
            context.Response.StatusCode = found ? (Healthy ? 200 : 503) : 404;
            return;
        }
        await using CancellationTokenRegistration dying = crash.Token.Register(context.Abort);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        string path = context.Request.Path;
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        var received = new Received(path, headers, body.ToArray(), context.RequestAborted);
        await Arrivals(path).Writer.WriteAsync(received);
        Answer answer = scripts.TryGetValue(path, out Func<Received, Task<Answer>>? script)
            ? await script(received)
            : new Answer(200);
        context.Response.StatusCode = answer.Status;
        await context.Response.WriteAsync(answer.Body);
    }
}
