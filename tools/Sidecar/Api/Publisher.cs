using Mobility.Sidecar.Broker;
using Mobility.Sidecar.Events;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Api;

/// <summary>The publish call of one app id, the same for both APIs.</summary>
public sealed class Publisher(
    AppOptions options,
    ResourceSet resources,
    IReadOnlyDictionary<string, IBroker> brokers,
    TimeProvider clock,
    ILogger logger
)
{
    /// <summary>Returns when the broker has the message; throws <see cref="ApiError"/>
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
            var message = Message.Of(body, request.Metadata);
            if (await brokers[request.PubSub].Publish(request.Topic, message, token) is { } why)
                throw ApiError.NotPublished(request.PubSub, request.Topic, why);
        }
        catch (ApiError error)
        {
            // The text holds what the caller wrote: one line of bounded length reaches the log.
            Log.PublishRefused(logger, Line(request.Topic), error.ErrorCode, Line(error.Message));
            throw;
        }
    }

    private static string Line(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(200)]);

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
