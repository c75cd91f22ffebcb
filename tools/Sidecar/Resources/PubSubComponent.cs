namespace Mobility.Sidecar.Resources;

/// <summary>A component of type pubsub.in-memory: the only one this sidecar plays.</summary>
public sealed record PubSubComponent(string Name, TopicScopes Topics)
{
    public const string Type = "pubsub.in-memory";
    public const string Version = "v1";

    /// <summary>Reads a Component; null when it is refused, or when it says that its failure may be ignored.</summary>
    public static PubSubComponent? Read(ResourceDocument document, Problems problems, List<string> notices)
    {
        Fields spec = document.Root.Map("spec");
        string type = spec.Required("type");
        string version = spec.Text("version", Version);
        bool ignoreErrors = spec.Flag("ignoreErrors");
        spec.Text("initTimeout");
        document.Root.Unsupported("auth", "is not supported by the local sidecar: it has no secret store");
        bool supported = type == Type && version == Version;
        if (!supported)
        {
            string what = $"type {type}/{version} is not supported by the local sidecar, only {Type}/{Version}";
            if (ignoreErrors)
                notices.Add($"{document.Where}: {what}; left out, as it has ignoreErrors");
            else
                problems.Add(document.Where, what);
            return null;
        }
        Dictionary<string, string> metadata = ReadMetadata(spec);
        spec.Done();
        document.Root.Done();
        return new PubSubComponent(document.Name, new TopicScopes(metadata));
    }

    private static Dictionary<string, string> ReadMetadata(Fields spec)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Fields item in spec.Maps("metadata"))
        {
            string name = item.Required("name");
            item.Unsupported("secretKeyRef", "is not supported by the local sidecar: write the value");
            item.Unsupported("envRef", "is not supported by the local sidecar: write the value");
            metadata[name] = item.Text("value");
            if (name.Length > 0 && !TopicScopes.MetadataNames.Contains(name))
                item.Wrong("name", $"'{name}' means nothing to {Type}");
            item.Done();
        }
        return metadata;
    }
}
