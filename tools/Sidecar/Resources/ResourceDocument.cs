namespace Mobility.Sidecar.Resources;

/// <summary>One YAML document: its kind, its name, who may use it, and its body.</summary>
public sealed record ResourceDocument(
    string File,
    string ApiVersion,
    string Kind,
    string Name,
    IReadOnlyList<string> Scopes,
    Fields Root
)
{
    /// <summary>File and resource, as problems name it.</summary>
    public string Where => $"{System.IO.Path.GetFileName(File)}, {Kind} {Name}";

    /// <summary>True when the resource has no scopes or they list the app.</summary>
    public static bool Allows(IReadOnlyList<string> scopes, string appId) =>
        scopes.Count == 0 || scopes.Contains(appId, StringComparer.Ordinal);
}
