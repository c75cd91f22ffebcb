using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Api;

/// <summary>The publish call of one app id, the same for both APIs.</summary>
public sealed class Publisher(
    AppOptions options,
    ResourceSet resources,
    InMemoryBroker broker,
    TimeProvider clock,
    ILogger logger
)
{
    /// <summary>Returns when every subscription's queue has the message; throws <see cref="ApiError"/>
    /// otherwise.</summary>
    public async Task Publish(PublishRequest request, CancellationToken token)
    {
        try
        {
            CheckTarget(request);
            CheckMetadata(request.Metadata);
            byte[] body = Envelope.Build(request, options.AppId, clock.GetUtcNow()) ?? throw ApiError.NotACloudEvent();
            if (!resources.Components[request.PubSub].Topics.MayPublish(options.AppId, request.Topic))
                throw ApiError.Forbidden(request.Topic, options.AppId);
            if (!await broker.Publish(request.PubSub, request.Topic, Message.Of(body, request.Metadata), token))
                throw ApiError.BrokerFull(request.PubSub, request.Topic);
        }
        catch (ApiError error)
        {
            Log.PublishRefused(
                logger,
                new string([.. request.Topic.Where(c => !char.IsControl(c)).Take(100)]),
                error.ErrorCode
            );
            throw;
        }
    }

    private void CheckTarget(PublishRequest request)
    {
        if (resources.Components.Count == 0)
            throw ApiError.NotConfigured(request.PubSub);
        if (request.PubSub.Length == 0)
            throw ApiError.NameEmpty();
        if (!resources.Components.ContainsKey(request.PubSub))
            throw ApiError.NotFound(request.PubSub);
        if (request.Topic.Length == 0)
            throw ApiError.TopicEmpty(request.PubSub);
    }

    private static void CheckMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.TryGetValue("rawPayload", out string? raw))
        {
            if (!GoText.TryBool(raw, out bool isRaw))
                throw ApiError.Metadata($"'{raw}' of rawPayload is no boolean");
            if (isRaw)
                throw ApiError.Unsupported("metadata rawPayload=true");
        }
        if (metadata.ContainsKey("ttlInSeconds") || metadata.ContainsKey("ttl"))
            throw ApiError.Unsupported("metadata ttlInSeconds");
        // Metadata becomes headers towards the application.
        if (metadata.Any(pair => pair.Key.Any(char.IsControl) || pair.Value.Any(char.IsControl)))
            throw ApiError.Metadata("a name or value holds a control character");
    }
}
