using System.Text.Json;
using Dapr;
using Dapr.Client;
using Dapr.Proto.Runtime.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The Dapr client against a sidecar of this test's own.</summary>
public sealed class StandInsDaprClientTests : IAsyncLifetime
{
    private readonly RecordingSidecar _sidecar = new();
    private StandInServer _server = null!;

    public async Task InitializeAsync() =>
        _server = await StandInServer.Start(
            HttpProtocols.Http2,
            services =>
            {
                services.AddSingleton(_sidecar);
                services.AddGrpc();
            },
            app => app.MapGrpcService<RecordingSidecar>()
        );

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Bytes_are_published_as_they_are_with_metadata_and_token()
    {
        using var client = new DaprClientBuilder()
            .UseGrpcEndpoint(_server.Address)
            .UseDaprApiToken("let-me-in")
            .Build();

        await client.PublishByteEventAsync(
            "pubsub",
            "faults",
            new byte[] { 1, 0, 2 },
            "application/cloudevents+json",
            new() { ["partitionKey"] = "12" }
        );

        var (request, token) = Assert.Single(_sidecar.Published);
        Assert.Equal(("pubsub", "faults"), (request.PubsubName, request.Topic));
        Assert.Equal([1, 0, 2], request.Data.ToByteArray());
        Assert.Equal("application/cloudevents+json", request.DataContentType);
        Assert.Equal("12", request.Metadata["partitionKey"]);
        Assert.Equal("let-me-in", token);
    }

    [Fact]
    public async Task An_object_is_published_as_camel_case_json_by_the_client_of_the_container()
    {
        var settings = new Dictionary<string, string?> { ["DAPR_GRPC_ENDPOINT"] = _server.Address };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddDaprClient();
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<DaprClient>().PublishEventAsync("pubsub", "control", new { FaultId = 7 });

        var (request, _) = Assert.Single(_sidecar.Published);
        Assert.Equal("application/json", request.DataContentType);
        Assert.Equal(7, JsonDocument.Parse(request.Data.ToStringUtf8()).RootElement.GetProperty("faultId").GetInt32());
    }

    [Fact]
    public async Task A_failed_publish_is_a_dapr_exception_with_the_status_inside()
    {
        using var client = new DaprClientBuilder().UseGrpcEndpoint(_server.Address).Build();

        var failure = await Assert.ThrowsAsync<DaprException>(() =>
            client.PublishEventAsync("pubsub", RecordingSidecar.Forbidden, "x")
        );

        Assert.Equal(StatusCode.PermissionDenied, Assert.IsType<RpcException>(failure.InnerException).StatusCode);
    }

    [Fact]
    public async Task A_publish_to_nobody_is_a_dapr_exception()
    {
        using var client = new DaprClientBuilder().UseGrpcEndpoint(_server.Address).Build();
        await _server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.PublishEventAsync("pubsub", "faults", "x"));

        Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(failure.InnerException).StatusCode);
    }

    [Fact]
    public async Task A_cancelled_publish_is_a_cancellation()
    {
        using var client = new DaprClientBuilder().UseGrpcEndpoint(_server.Address).Build();
        using var source = new CancellationTokenSource();
        var publish = client.PublishEventAsync("pubsub", RecordingSidecar.Endless, "x", source.Token);
        await _sidecar.Entered.Task.WaitAsync(Poll.Patience);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish);
    }

    [Fact]
    public async Task Health_is_what_the_sidecar_answers_and_waiting_ends_with_it()
    {
        var asked = 0;
        await using var http = await StandInServer.Start(
            HttpProtocols.Http1,
            _ => { },
            app =>
            {
                app.MapGet("/v1.0/healthz", () => Results.StatusCode(500));
                app.MapGet(
                    "/v1.0/healthz/outbound",
                    () => Results.StatusCode(Interlocked.Increment(ref asked) < 2 ? 503 : 204)
                );
            }
        );
        using var client = new DaprClientBuilder().UseHttpEndpoint(http.Address).Build();

        Assert.False(await client.CheckHealthAsync());
        await client.WaitForSidecarAsync().WaitAsync(Poll.Patience);
        Assert.Equal(2, asked);
        Assert.True(await client.CheckOutboundHealthAsync());

        await http.DisposeAsync();
        Assert.False(await client.CheckOutboundHealthAsync());
    }

    private sealed class RecordingSidecar : Dapr.Proto.Runtime.V1.Dapr.DaprBase
    {
        public const string Forbidden = "forbidden";
        public const string Endless = "endless";

        public List<(PublishEventRequest Request, string? Token)> Published { get; } = [];

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context)
        {
            if (request.Topic == Forbidden)
            {
                throw new RpcException(new Status(StatusCode.PermissionDenied, "not this topic"));
            }
            if (request.Topic == Endless)
            {
                Entered.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            }
            Published.Add((request, context.RequestHeaders.GetValue("dapr-api-token")));
            return new Empty();
        }
    }
}
