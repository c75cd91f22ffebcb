using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Dapr.Proto.Runtime.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Mobility.Tests.Support;

/// <summary>The sidecar's publishing side: keeps what was published, and refuses what the test tells it to.</summary>
public sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly ListenOptions listener;

    private FakeSidecar(WebApplication web, ListenOptions listener)
    {
        this.web = web;
        this.listener = listener;
    }

    /// <summary>What services use as Dapr's gRPC endpoint.</summary>
    public string Endpoint => $"http://{listener.IPEndPoint}";

    /// <summary>Envelopes of service topics in the order of their arrival; control events are kept apart.</summary>
    public ConcurrentQueue<JsonObject> Published { get; } = new();

    /// <summary>Envelopes of the topic "control".</summary>
    public ConcurrentQueue<JsonObject> Control { get; } = new();

    /// <summary>Answers a publish with an error instead of taking it; null takes it.</summary>
    public Func<JsonObject, RpcException?> Refuse { get; set; } = _ => null;

    /// <summary>Released once for each envelope taken.</summary>
    public SemaphoreSlim Arrived { get; } = new(0);

    public static async Task<FakeSidecar> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ListenOptions? listener = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                System.Net.IPAddress.Loopback,
                0,
                o =>
                {
                    o.Protocols = HttpProtocols.Http2;
                    listener = o;
                }
            )
        );
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Server>();
        var web = builder.Build();
        web.MapGrpcService<Server>();
        await web.StartAsync();
        var fake = new FakeSidecar(web, listener!);
        web.Services.GetRequiredService<Server>().Fake = fake;
        return fake;
    }

    /// <summary>Waits until so many more envelopes have come.</summary>
    public async Task Await(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(await Arrived.WaitAsync(Poll.Patience), $"Only {i} of {count} events came.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await web.StopAsync();
        await web.DisposeAsync();
        Arrived.Dispose();
    }

    private sealed class Server : Dapr.Proto.Runtime.V1.Dapr.DaprBase
    {
        public FakeSidecar? Fake { get; set; }

        public override Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context)
        {
            var envelope = JsonNode.Parse(request.Data.ToStringUtf8())!.AsObject();
            if (Fake!.Refuse(envelope) is { } error)
            {
                throw error;
            }
            envelope["topic"] = request.Topic;
            envelope["pubsubname"] = request.PubsubName;
            if (string.Equals(request.Topic, "control", StringComparison.Ordinal))
            {
                Fake.Control.Enqueue(envelope);
            }
            else
            {
                Fake.Published.Enqueue(envelope);
                Fake.Arrived.Release();
            }
            return Task.FromResult(new Empty());
        }
    }
}
