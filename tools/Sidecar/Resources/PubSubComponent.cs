namespace Mobility.Sidecar.Resources;

/// <summary>A pubsub component of one of the two types that this sidecar plays.</summary>
/// <param name="Rabbit">Null for the broker in memory.</param>
public sealed record PubSubComponent(string Name, string Type, TopicScopes Topics, RabbitSettings? Rabbit)
{
    public const string InMemory = "pubsub.in-memory";
    public const string Version = "v1";

    /// <summary>Reads a Component; null when it is refused, or when it says that its failure may be ignored.</summary>
    public static PubSubComponent? Read(
        ResourceDocument document,
        string appId,
        Problems problems,
        List<string> notices
    )
    {
        Fields spec = document.Root.Map("spec");
        string type = spec.Required("type");
        string version = spec.Text("version", Version);
        bool ignoreErrors = spec.Flag("ignoreErrors");
        spec.Text("initTimeout");
        document.Root.Unsupported("auth", "is not supported by the local sidecar: it has no secret store");
        if (type is not (InMemory or RabbitSettings.Type) || version != Version)
        {
            string what =
                $"type {type}/{version} is not supported by the local sidecar, "
                + $"only {InMemory}/{Version} and {RabbitSettings.Type}/{Version}";
            if (ignoreErrors)
                notices.Add($"{document.Where}: {what}; left out, as it has ignoreErrors");
            else
                problems.Add(document.Where, what);
            return null;
        }
        Dictionary<string, string> metadata = ComponentMetadata.Read(spec, type);
        RabbitSettings? rabbit = type == RabbitSettings.Type ? RabbitSettings.Read(metadata, appId, Wrong) : null;
        spec.Done();
        document.Root.Done();
        return new PubSubComponent(document.Name, type, new TopicScopes(metadata), rabbit);

        void Wrong(string name, string what) => problems.Add(document.Where, $"spec.metadata {name} {what}");
    }
}
