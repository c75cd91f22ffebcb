using System.Collections.Concurrent;
using System.Diagnostics;
using Mobility.Tests.Support;

namespace Mobility.Tests.Platform;

/// <summary>
/// The sidecar under test as a process. With MOBILITY_TEST_DAPRD naming a daprd binary, that one is started instead,
/// with
/// the same flags and the same resources.
/// </summary>
public sealed class SidecarProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = Poll.Patience;
    private static readonly string? Daprd = Environment.GetEnvironmentVariable("MOBILITY_TEST_DAPRD");

    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();

    private SidecarProcess(Process process, int httpPort, int grpcPort)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}"), Timeout = Patience };
        Grpc = new Uri($"http://127.0.0.1:{grpcPort}");
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>True when a real daprd is the target: a few promises of ours go further than its own.</summary>
    public static bool IsDaprd => !string.IsNullOrEmpty(Daprd);

    public HttpClient Http { get; }

    public Uri Grpc { get; }

    public IReadOnlyCollection<string> LogLines => log;

    /// <summary>Starts it and waits until its API answers.</summary>
    public static async Task<SidecarProcess> Start(
        string resources,
        int? appPort,
        IReadOnlyList<string>? flags = null,
        IReadOnlyDictionary<string, string>? environment = null,
        string appId = "app"
    )
    {
        int http = FreePort.Next();
        int grpc = FreePort.Next();
        var sidecar = new SidecarProcess(
            Launch(Flags(resources, appPort, appId, http, grpc, flags), environment),
            http,
            grpc
        );
        await sidecar.WaitFor("/v1.0/healthz/outbound");
        return sidecar;
    }

    /// <summary>Runs until it ends by itself: the exit code and everything printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEnd(params string[] args)
    {
        using Process process = Launch(args, environment: null);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>The flags of one app id, complete.</summary>
    public static string[] Flags(
        string resources,
        int? appPort,
        string appId,
        int http,
        int grpc,
        IReadOnlyList<string>? more = null
    ) =>
        [
            "--app-id",
            appId,
            "--resources-path",
            resources,
            $"--dapr-http-port={http}",
            $"--dapr-grpc-port={grpc}",
            "--enable-metrics=false",
            $"--metrics-port={FreePort.Next()}",
            $"--dapr-internal-grpc-port={FreePort.Next()}",
            "--log-level",
            "info",
            .. appPort is { } port ? (string[])["--app-port", $"{port}"] : [],
            .. more ?? [],
        ];

    /// <summary>Waits until a health path answers 204. The process gives no other signal, hence the polling.</summary>
    public async Task WaitFor(string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await pause.WaitForNextTickAsync(patience.Token))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The sidecar ended: {string.Join('\n', log)}");
            try
            {
                using HttpResponseMessage answer = await Http.GetAsync(path, patience.Token);
                if ((int)answer.StatusCode == 204)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    /// <summary>Publishes through HTTP; the target is a topic, with a query if wanted, and a null content type sends
    /// none.</summary>
    public async Task<HttpResponseMessage> Publish(
        string target,
        string body,
        string? contentType = "application/json",
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1.0/publish/pubsub/{target}")
        {
            Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body)),
        };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    /// <summary>Publishes and insists on 204.</summary>
    public async Task Send(string target, string body, string? contentType = "application/json")
    {
        using HttpResponseMessage answer = await Publish(target, body, contentType);
        if ((int)answer.StatusCode != 204)
            throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Publishes a small event under an id of the test's own.</summary>
    public Task SendId(string topic, string id) => Send($"{topic}?metadata.cloudevent.id={id}", "{}");

    /// <summary>SIGTERM, as a supervisor sends it.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExit()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Http.Dispose();
    }

    private static Process Launch(string[] args, IReadOnlyDictionary<string, string>? environment)
    {
        // artifacts/bin/Mobility.Tests/debug → artifacts/bin/Mobility.Sidecar/debug
        var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        string ours = Path.Combine(mine.Parent!.Parent!.FullName, "Mobility.Sidecar", mine.Name, "Mobility.Sidecar");
        var start = new ProcessStartInfo(IsDaprd ? Daprd! : ours, args)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in (string[])["DAPR_API_TOKEN", "APP_API_TOKEN", "NAMESPACE"])
            start.Environment.Remove(name);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            log.Enqueue(line.Data);
    }
}
