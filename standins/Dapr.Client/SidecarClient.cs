using System.Text.Json;
using Dapr.Proto.Runtime.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dapr.Client;

/// <summary>Publishes by gRPC and asks for health by HTTP, on the paths of Dapr's public API.</summary>
internal sealed class SidecarClient(GrpcChannel channel, HttpClient http, string? apiToken) : DaprClient
{
    private const string Json = "application/json";
    private const string TokenHeader = "dapr-api-token";
    private static readonly TimeSpan BetweenHealthChecks = TimeSpan.FromMilliseconds(500);

    private readonly Proto.Runtime.V1.Dapr.DaprClient _sidecar = new(channel);

    public override Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        CancellationToken cancellationToken = default
    ) => Publish(pubsubName, topicName, AsJson(data), Json, null, cancellationToken);

    public override Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return Publish(pubsubName, topicName, AsJson(data), Json, metadata, cancellationToken);
    }

    public override Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = Json,
        Dictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default
    ) =>
        Publish(
            pubsubName,
            topicName,
            ByteString.CopyFrom(data.Span),
            dataContentType ?? Json,
            metadata,
            cancellationToken
        );

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        Answers("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        Answers("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        while (!await CheckOutboundHealthAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(BetweenHealthChecks, cancellationToken).ConfigureAwait(false);
        }
    }

    private protected override void Close()
    {
        channel.Dispose();
        http.Dispose();
    }

    private static ByteString AsJson<TData>(TData data) =>
        UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web));

    private async Task Publish(
        string pubsubName,
        string topicName,
        ByteString data,
        string contentType,
        Dictionary<string, string>? metadata,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        var request = new PublishEventRequest
        {
            PubsubName = pubsubName,
            Topic = topicName,
            Data = data,
            DataContentType = contentType,
        };
        if (metadata is not null)
        {
            request.Metadata.Add(metadata);
        }

        var headers = new Metadata();
        if (apiToken is not null)
        {
            headers.Add(TokenHeader, apiToken);
        }
        try
        {
            await _sidecar.PublishEventAsync(request, headers, cancellationToken: cancellationToken);
        }
        catch (RpcException failure)
        {
            throw new DaprException($"The sidecar did not publish to '{topicName}' of '{pubsubName}'.", failure);
        }
    }

    private async Task<bool> Answers(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (apiToken is not null)
        {
            request.Headers.Add(TokenHeader, apiToken);
        }
        try
        {
            using var response = await http.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
