namespace Mobility.Sidecar.Resources;

/// <summary>Which app may use which topic of one pubsub component.</summary>
public sealed class TopicScopes
{
    private readonly HashSet<string> _allowed;
    private readonly HashSet<string> _protected;
    private readonly Dictionary<string, HashSet<string>> _publishing;
    private readonly Dictionary<string, HashSet<string>> _subscription;

    /// <summary>Names of the component metadata that this class reads, in any case.</summary>
    public static IReadOnlySet<string> MetadataNames { get; } =
        new HashSet<string>(
            ["allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes"],
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>Reads the lists.</summary>
    /// <param name="metadata">Component metadata with case-insensitive names.</param>
    public TopicScopes(IReadOnlyDictionary<string, string> metadata)
    {
        _allowed = Topics(metadata.GetValueOrDefault("allowedTopics", ""));
        _protected = Topics(metadata.GetValueOrDefault("protectedTopics", ""));
        _publishing = PerApp(metadata.GetValueOrDefault("publishingScopes", ""));
        _subscription = PerApp(metadata.GetValueOrDefault("subscriptionScopes", ""));
    }

    public bool MayPublish(string appId, string topic) => May(_publishing, appId, topic);

    public bool MaySubscribe(string appId, string topic) => May(_subscription, appId, topic);

    // An app that is not listed is unrestricted, unless the topic is protected.
    private bool May(Dictionary<string, HashSet<string>> scopes, string appId, string topic)
    {
        if (_allowed.Count > 0 && !_allowed.Contains(topic))
            return false;
        bool listed = scopes.TryGetValue(appId, out HashSet<string>? topics);
        return listed ? topics!.Contains(topic) : !_protected.Contains(topic);
    }

    private static HashSet<string> Topics(string text) =>
        text.Length == 0
            ? []
            : new HashSet<string>(text.Replace(" ", "", StringComparison.Ordinal).Split(','), StringComparer.Ordinal);

    private static Dictionary<string, HashSet<string>> PerApp(string text)
    {
        var scopes = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (string part in text.Replace(" ", "", StringComparison.Ordinal).Split(';'))
        {
            string[] sides = part.Split('=');
            if (sides.Length < 2)
                continue;
            if (!scopes.TryGetValue(sides[0], out HashSet<string>? topics))
                scopes[sides[0]] = topics = new HashSet<string>(StringComparer.Ordinal);
            topics.UnionWith(sides[1].Split(','));
        }
        return scopes;
    }
}
