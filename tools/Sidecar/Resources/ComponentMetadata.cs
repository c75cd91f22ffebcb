namespace Mobility.Sidecar.Resources;

/// <summary>The list `metadata` of a component: names with a value, or with a variable of the sidecar's
/// environment.</summary>
public static class ComponentMetadata
{
    /// <summary>Reads it; a name that means nothing to the type is refused.</summary>
    public static Dictionary<string, string> Read(Fields spec, string type)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Fields item in spec.Maps("metadata"))
        {
            string name = item.Required("name");
            item.Unsupported("secretKeyRef", "is not supported by the local sidecar: write the value");
            string variable = item.Text("envRef");
            metadata[name] = variable.Length > 0 ? Variable(item, variable) : item.Text("value");
            if (name.Length > 0 && !Known(name, type))
                item.Wrong("name", $"'{name}' means nothing to {type}");
            item.Done();
        }
        return metadata;
    }

    // daprd leaves an unset variable empty; here its name is told at the start.
    private static string Variable(Fields item, string name)
    {
        // As in daprd: a component must not be able to read the sidecar's own secrets.
        if (name.StartsWith("DAPR_", StringComparison.Ordinal) || name is "APP_API_TOKEN")
            item.Wrong("envRef", $"'{name}' may not be read by a component");
        else if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            return value;
        else
            item.Wrong("envRef", $"'{name}' is not set in the environment");
        return "";
    }

    private static bool Known(string name, string type) =>
        TopicScopes.MetadataNames.Contains(name)
        || (type == RabbitSettings.Type && RabbitSettings.MetadataNames.Contains(name));
}
