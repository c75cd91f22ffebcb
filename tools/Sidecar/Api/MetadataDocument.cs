using System.Text.Json.Nodes;
using Mobility.Sidecar.Options;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Api;

/// <summary>The answer of GET /v1.0/metadata.</summary>
public static class MetadataDocument
{
    public static JsonObject Of(AppState state) =>
        new()
        {
            ["id"] = state.Options.AppId,
            ["runtimeVersion"] = AppState.RuntimeVersion,
            ["components"] = new JsonArray([.. state.Resources.Components.Values.Select(Component)]),
            ["extended"] = new JsonObject(
                state.Extended.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))
            ),
            ["subscriptions"] = new JsonArray([.. state.Subscriptions.Select(Subscription)]),
            ["appConnectionProperties"] = Connection(state.Options),
        };

    private static JsonObject Component(PubSubComponent component) =>
        new()
        {
            ["name"] = component.Name,
            ["type"] = component.Type,
            ["version"] = PubSubComponent.Version,
            ["capabilities"] = new JsonArray(),
        };

    private static JsonObject Subscription(Subscription subscription) =>
        new()
        {
            ["pubsubname"] = subscription.PubSub,
            ["topic"] = subscription.Topic,
            ["rules"] = new JsonArray([
                .. subscription.Routes.Select(rule => new JsonObject { ["match"] = rule.Match, ["path"] = rule.Path }),
            ]),
            ["deadLetterTopic"] = subscription.DeadLetterTopic,
            ["type"] = "DECLARATIVE",
        };

    private static JsonObject Connection(AppOptions options)
    {
        var connection = new JsonObject { ["protocol"] = "http", ["channelAddress"] = options.AppChannelAddress };
        if (options.AppPort is { } port)
            connection["port"] = port;
        if (options.AppMaxConcurrency > 0)
            connection["maxConcurrency"] = options.AppMaxConcurrency;
        if (options.HealthCheck is { } check)
        {
            connection["health"] = new JsonObject
            {
                ["healthCheckPath"] = check.Path,
                ["healthProbeInterval"] = $"{check.Interval.TotalSeconds}s",
                ["healthProbeTimeout"] = $"{check.Timeout.TotalMilliseconds}ms",
                ["healthThreshold"] = check.Threshold,
            };
        }
        return connection;
    }
}
