using Mobility.Tests.Support;
using Mobility.Tests.Tidy;

namespace Mobility.Tests.Journeys;

/// <summary>Who hears whom, from dapr-components/subscriptions.yaml.</summary>
internal static class JourneyTopology
{
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Heard { get; } =
        Topology
            .Subscriptions(File.ReadAllText(Path.Combine(Repository.Root, "dapr-components", "subscriptions.yaml")))
            .Where(s => s.Routes.Contains("/events") && s.Topic != "control")
            .SelectMany(s => s.Apps.Select(app => (app, s.Topic)))
            .GroupBy(pair => pair.app, pair => pair.Topic, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group], StringComparer.Ordinal);
}
