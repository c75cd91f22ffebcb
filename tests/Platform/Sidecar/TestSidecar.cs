using Mobility.Sidecar;
using Mobility.Tests.Support;

namespace Mobility.Tests.Platform;

/// <summary>
/// The sidecar under test, told by the same flags whether it runs inside the test's process
/// (<see cref="HostedSidecar"/>, which spares a second of compiling) or in its own (<see cref="SidecarProcess"/>).
/// </summary>
public abstract class TestSidecar : IAsyncDisposable
{
    protected static readonly TimeSpan Patience = Poll.Patience;

    protected TestSidecar(string resources, int? appPort, IReadOnlyList<string>? flags)
    {
        int http = FreePort.Next();
        int grpc = FreePort.Next();
        Args = Flags(resources, appPort, "app", http, grpc, flags);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}"), Timeout = Patience };
        Grpc = new Uri($"http://127.0.0.1:{grpc}");
    }

    public HttpClient Http { get; }

    public Uri Grpc { get; }

    public abstract IReadOnlyCollection<string> LogLines { get; }

    protected IReadOnlyList<string> Args { get; }

    protected abstract bool HasEnded { get; }

    /// <summary>Starts one inside the test's process, or daprd where that is the target, and waits until its API
    /// answers.</summary>
    public static Task<TestSidecar> Start(
        string resources,
        int? appPort,
        IReadOnlyList<string>? flags = null,
        SidecarSettings? settings = null
    )
    {
        settings ??= new SidecarSettings();
        return Answering<TestSidecar>(
            SidecarProcess.IsDaprd
                ? new SidecarProcess(resources, appPort, flags, settings)
                : new HostedSidecar(resources, appPort, flags, settings)
        );
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

    /// <summary>Waits until a health path answers 204. A process gives no other signal, hence the polling.</summary>
    public async Task WaitFor(string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await pause.WaitForNextTickAsync(patience.Token))
        {
            if (HasEnded)
                throw new InvalidOperationException($"The sidecar ended: {string.Join('\n', LogLines)}");
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

    public abstract ValueTask DisposeAsync();

    protected static async Task<T> Answering<T>(T sidecar)
        where T : TestSidecar
    {
        bool answers = false;
        try
        {
            await sidecar.WaitFor("/v1.0/healthz/outbound");
            answers = true;
            return sidecar;
        }
        finally
        {
            if (!answers)
                await sidecar.DisposeAsync();
        }
    }
}
