namespace Mobility.Sidecar.Resources;

/// <summary>What one app id may use: its components, subscriptions and inbound policies.</summary>
public sealed record ResourceSet(
    IReadOnlyDictionary<string, PubSubComponent> Components,
    IReadOnlyList<Subscription> Subscriptions,
    IReadOnlyDictionary<string, InboundPolicy> Inbound
)
{
    /// <summary>Reads the resources of one app; everything wrong is a problem.</summary>
    /// <param name="notices">Receives what was left out on request of the resource itself.</param>
    public static ResourceSet Load(
        string appId,
        IReadOnlyList<string> folders,
        IReadOnlyList<string> configFiles,
        string? processNamespace,
        Problems problems,
        List<string> notices
    )
    {
        var components = new Dictionary<string, PubSubComponent>(StringComparer.Ordinal);
        var subscriptions = new List<Subscription>();
        var resiliencies = new List<Resiliency>();
        foreach (ResourceDocument document in YamlFiles.Read(folders, configFiles, processNamespace, problems))
        {
            // As in daprd, a resource scoped to other apps is not looked at.
            if (!ResourceDocument.Allows(document.Scopes, appId))
                continue;
            switch (document.Kind)
            {
                case "Component" when PubSubComponent.Read(document, appId, problems, notices) is { } component:
                    components[component.Name] = component;
                    break;
                case "Subscription" when Subscription.Read(document, problems) is { } subscription:
                    subscriptions.Add(subscription);
                    break;
                case "Resiliency":
                    resiliencies.Add(Resiliency.Read(document));
                    break;
                case "Configuration":
                    Configuration.Check(document);
                    break;
                case "Component" or "Subscription":
                    break;
                default:
                    problems.Add(document.Where, "this kind of resource is not supported by the local sidecar");
                    break;
            }
        }
        CheckSubscriptions(appId, subscriptions, components, problems);
        return new ResourceSet(components, subscriptions, Merge(resiliencies, problems));
    }

    private static void CheckSubscriptions(
        string appId,
        List<Subscription> subscriptions,
        Dictionary<string, PubSubComponent> components,
        Problems problems
    )
    {
        foreach (Subscription one in subscriptions)
        {
            bool known = components.TryGetValue(one.PubSub, out PubSubComponent? component);
            if (!known)
                problems.Add(one.Where, $"pubsub '{one.PubSub}' is not a component that app {appId} may use");
            else if (one.DeadLetterTopic.Length > 0 && !component!.Topics.MayPublish(appId, one.DeadLetterTopic))
                problems.Add(one.Where, $"app {appId} may not publish to its dead letter topic {one.DeadLetterTopic}");
        }
        foreach (IGrouping<(string, string), Subscription> same in subscriptions.GroupBy(s => (s.PubSub, s.Topic)))
        {
            if (same.Count() > 1)
                problems.Add(
                    same.Last().Where,
                    $"app {appId} already subscribes {same.Key.Item2} by {same.First().Where}"
                );
        }
    }

    private static Dictionary<string, InboundPolicy> Merge(List<Resiliency> resiliencies, Problems problems)
    {
        var inbound = new Dictionary<string, InboundPolicy>(StringComparer.Ordinal);
        foreach (Resiliency one in resiliencies)
        {
            foreach ((string component, InboundPolicy policy) in one.Inbound)
            {
                if (!inbound.TryAdd(component, policy))
                    problems.Add(one.Where, $"component {component} already has an inbound policy");
            }
        }
        return inbound;
    }
}
