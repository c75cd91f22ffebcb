using System.Net;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mobility.Launcher;

namespace Mobility.Bench;

/// <summary>
/// A process of its own with the peers that are no database: gRPC alone, HTTP/2 without gRPC, and the handler that
/// somebody writes who knows Dapper and gRPC and nothing of this project.
/// </summary>
public sealed class PeerHost : IAsyncDisposable
{
    /// <summary>First word of its command line.</summary>
    public const string Verb = "peer-host";

    /// <summary>Path at which the request's bytes come back without gRPC.</summary>
    public const string RawPath = "/raw";

    private readonly System.Diagnostics.Process process;

    private PeerHost(System.Diagnostics.Process process, int port)
    {
        this.process = process;
        Address = $"http://127.0.0.1:{port}";
        Channel = GrpcChannel.ForAddress(Address);
    }

    /// <summary>HTTP/2 without TLS.</summary>
    public string Address { get; }

    /// <summary>A connection to it.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Starts the process and waits until it answers.</summary>
    /// <param name="database">Connection string for the naive handler.</param>
    /// <param name="script">File of the statements of the one that refunds.</param>
    public static async Task<PeerHost> Start(string database, string script = "")
    {
        var port = Ports.Pick();
        var spec = new ChildSpec("peer-host", Environment.ProcessPath!, [typeof(PeerHost).Assembly.Location, Verb])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["BENCH_PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["BENCH_DATABASE"] = database,
                ["BENCH_SCRIPT"] = script,
            },
        };
        var host = new PeerHost(await Spawner.Start(spec), port);
        try
        {
            await host.WaitReady();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    private async Task WaitReady()
    {
        var health = new Health.HealthClient(Channel);
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (true)
        {
            try
            {
                await health.CheckAsync(new HealthCheckRequest(), new CallOptions()).ResponseAsync;
                return;
            }
            catch (RpcException) when (TimeProvider.System.GetUtcNow() < until)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>What the process does until it is ended.</summary>
    public static async Task Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = int.Parse(
            Environment.GetEnvironmentVariable("BENCH_PORT")!,
            System.Globalization.CultureInfo.InvariantCulture
        );
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddGrpc();
        var database = Environment.GetEnvironmentVariable("BENCH_DATABASE")!;
        builder.Services.AddSingleton(new NaiveFaults(database));
        if (Environment.GetEnvironmentVariable("BENCH_SCRIPT") is { Length: > 0 } script)
        {
            builder.Services.AddSingleton(new NaiveRefunds(database, await File.ReadAllTextAsync(script)));
        }
        await using var web = builder.Build();
        web.MapGrpcService<Echo>();
        web.MapGrpcService<NaiveFaults>();
        web.MapGrpcService<NaiveRefunds>();
        web.MapPost(RawPath, Raw);
        await web.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await Children.Stop(process, Signals.Terminate);
        process.Dispose();
    }

    private static async Task Raw(HttpContext http)
    {
        var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = bytes.Length;
        bytes.Position = 0;
        await bytes.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>The smallest RPC there is.</summary>
    private sealed class Echo : Health.HealthBase
    {
        private static readonly HealthCheckResponse Serving = new()
        {
            Status = HealthCheckResponse.Types.ServingStatus.Serving,
        };

        public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
            Task.FromResult(Serving);
    }
}
