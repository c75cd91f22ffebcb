namespace Mobility.Sidecar.Resources;

/// <summary>A declarative subscription of the apps in its scopes.</summary>
/// <param name="Routes">Rules in order; the default, if any, is the last one without a type.</param>
/// <param name="DeadLetterTopic">Empty when there is none.</param>
/// <param name="QueueType">Kind of its queue on RabbitMQ, classic or quorum; without meaning in memory.</param>
public sealed record Subscription(
    string Where,
    string PubSub,
    string Topic,
    IReadOnlyList<RouteRule> Routes,
    string DeadLetterTopic,
    string QueueType
)
{
    /// <summary>Reads dapr.io/v2alpha1 and dapr.io/v1alpha1.</summary>
    public static Subscription? Read(ResourceDocument document, Problems problems)
    {
        if (document.ApiVersion is not ("dapr.io/v2alpha1" or "dapr.io/v1alpha1"))
        {
            problems.Add(document.Where, $"apiVersion {document.ApiVersion} is not supported");
            return null;
        }
        Fields spec = document.Root.Map("spec");
        string pubsub = spec.Required("pubsubname");
        string topic = spec.Required("topic");
        string deadLetterTopic = spec.Text("deadLetterTopic");
        List<RouteRule> routes =
            document.ApiVersion == "dapr.io/v1alpha1" ? ReadRoute(spec) : ReadRoutes(spec.Map("routes"));
        string queueType = ReadQueueType(spec.Map("metadata"));
        Fields bulk = spec.Map("bulkSubscribe");
        if (bulk.Flag("enabled"))
            spec.Wrong("bulkSubscribe.enabled", "is not supported by the local sidecar");
        if (topic.Contains('*', StringComparison.Ordinal))
            spec.Wrong("topic", "with a wildcard is not supported by the local sidecar");
        if (deadLetterTopic.Length > 0 && deadLetterTopic == topic)
            spec.Wrong("deadLetterTopic", "is the topic itself: a message would circle for ever");
        if (routes.Count == 0)
            spec.Wrong("routes", "has no route: nothing would be delivered");
        spec.Done();
        document.Root.Done();
        return new Subscription(document.Where, pubsub, topic, routes, deadLetterTopic, queueType);
    }

    // Of a subscription's metadata, which a component understands or ignores, this is what the sidecar acts on.
    private static string ReadQueueType(Fields metadata)
    {
        string type = metadata.Text("queueType", "classic");
        if (type is not ("classic" or "quorum"))
            metadata.Wrong("queueType", $"'{type}' is neither classic nor quorum");
        metadata.Done();
        return type;
    }

    private static List<RouteRule> ReadRoute(Fields spec) =>
        spec.Text("route") is { Length: > 0 } route ? [new RouteRule(null, RouteRule.Rooted(route))] : [];

    private static List<RouteRule> ReadRoutes(Fields routes)
    {
        List<RouteRule> rules = [.. routes.Maps("rules").Select(RouteRule.Read).OfType<RouteRule>()];
        string fallback = routes.Text("default");
        if (fallback.Length > 0)
            rules.Add(new RouteRule(null, RouteRule.Rooted(fallback)));
        routes.Done();
        return rules;
    }
}
