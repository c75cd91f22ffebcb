using YamlDotNet.RepresentationModel;

namespace Mobility.Tests.Tidy;

/// <summary>A declarative subscription.</summary>
/// <param name="Topic">What is heard.</param>
/// <param name="Routes">Paths at which the application is called.</param>
/// <param name="DeadLetterTopic">Where a delivery goes that failed for good; null for nowhere.</param>
/// <param name="Apps">Application ids that hear it.</param>
public sealed record Subscription(
    string Topic,
    IReadOnlyList<string> Routes,
    string? DeadLetterTopic,
    IReadOnlyList<string> Apps
);

/// <summary>Reads dapr-components/ as far as the rules ask.</summary>
public static class Topology
{
    /// <summary>Every subscription of a file.</summary>
    public static IReadOnlyList<Subscription> Subscriptions(string yaml) => [.. Documents(yaml).Select(SubscriptionOf)];

    /// <summary>How often a delivery of the component is repeated; null when nothing says so.</summary>
    public static string? InboundRetries(string yaml, string component)
    {
        var spec = Documents(yaml).Select(document => At(document, "spec")).Single();
        var policy = Text(At(spec, "targets", "components", component, "inbound", "retry"));
        return policy is null ? null : Text(At(spec, "policies", "retries", policy, "maxRetries"));
    }

    /// <summary>A component: its name as "metadata.name", and each setting's value, or the variable that it is taken
    /// from.</summary>
    public static IReadOnlyDictionary<string, string> Component(string yaml)
    {
        var document = Documents(yaml).Single();
        var settings = (YamlSequenceNode)At(document, "spec", "metadata")!;
        return settings
            .Select(node => (Text(At(node, "name"))!, Text(At(node, "value")) ?? Text(At(node, "envRef")) ?? ""))
            .Append(("metadata.name", Text(At(document, "metadata", "name"))!))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Messages that a proto file says are published on a topic: their comments name it.</summary>
    public static IEnumerable<string> EventsOf(SourceFile proto, string topic)
    {
        var comment = "";
        var package = "";
        foreach (var line in proto.Lines)
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment += line;
                continue;
            }
            if (line.StartsWith("package ", StringComparison.Ordinal))
            {
                package = line["package ".Length..].TrimEnd(';');
            }
            if (
                line.StartsWith("message ", StringComparison.Ordinal)
                && comment.Contains($"Topic \"{topic}\"", StringComparison.Ordinal)
            )
            {
                yield return $"{package}.{line.Split(' ')[1]}";
            }
            comment = "";
        }
    }

    private static Subscription SubscriptionOf(YamlNode document)
    {
        var routes = At(document, "spec", "routes");
        IEnumerable<string?> rules = At(routes, "rules") is YamlSequenceNode list
            ? list.Select(rule => Text(At(rule, "path")))
            : [];
        return new Subscription(
            Text(At(document, "spec", "topic")) ?? "",
            [.. rules.Append(Text(At(routes, "default"))).OfType<string>()],
            Text(At(document, "spec", "deadLetterTopic")),
            At(document, "scopes") is YamlSequenceNode apps ? [.. apps.Select(Text).OfType<string>()] : []
        );
    }

    private static IEnumerable<YamlNode> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(document => document.RootNode);
    }

    private static YamlNode? At(YamlNode? node, params string[] path) =>
        path.Aggregate(
            node,
            (at, key) => at is YamlMappingNode map && map.Children.TryGetValue(key, out var next) ? next : null
        );

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;
}
