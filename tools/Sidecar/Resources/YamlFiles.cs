using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mobility.Sidecar.Resources;

/// <summary>Reads the .yaml and .yml files of resource folders, each with any number of documents.</summary>
public static class YamlFiles
{
    /// <summary>Every document whose namespace fits, without a duplicated kind and name.</summary>
    /// <param name="folders">Folders; their subfolders are not read.</param>
    /// <param name="files">Single files besides.</param>
    /// <param name="processNamespace">Value of NAMESPACE, or null: then metadata.namespace plays no part.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static IReadOnlyList<ResourceDocument> Read(
        IReadOnlyList<string> folders,
        IReadOnlyList<string> files,
        string? processNamespace,
        Problems problems
    )
    {
        var documents = new List<ResourceDocument>();
        IEnumerable<string> paths = folders.SelectMany(folder => FilesOf(folder, problems)).Concat(files);
        foreach (string file in paths.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
            documents.AddRange(ReadFile(file, processNamespace, problems));
        foreach (IGrouping<(string, string), ResourceDocument> same in documents.GroupBy(d => (d.Kind, d.Name)))
        {
            if (same.Count() > 1)
                problems.Add(same.First().Where, $"duplicated, also in {Path.GetFileName(same.Last().File)}");
        }
        return documents;
    }

    private static IEnumerable<string> FilesOf(string folder, Problems problems)
    {
        if (!Directory.Exists(folder))
        {
            problems.Add("--resources-path", $"folder '{folder}' does not exist");
            return [];
        }
        return Directory
            .EnumerateFiles(folder)
            .Where(file =>
                file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal)
            )
            .Order(StringComparer.Ordinal);
    }

    private static List<ResourceDocument> ReadFile(string file, string? processNamespace, Problems problems)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(file);
            stream.Load(reader);
        }
        catch (Exception error) when (error is YamlException or IOException or UnauthorizedAccessException)
        {
            problems.Add(Path.GetFileName(file), $"cannot be read as YAML: {error.Message}");
            return [];
        }
        var documents = new List<ResourceDocument>();
        foreach (YamlDocument document in stream.Documents)
        {
            if (ReadDocument(file, document.RootNode, processNamespace, problems) is { } read)
                documents.Add(read);
        }
        return documents;
    }

    private static ResourceDocument? ReadDocument(
        string file,
        YamlNode node,
        string? processNamespace,
        Problems problems
    )
    {
        var head = new Fields(node, Path.GetFileName(file), "", problems);
        if (head.Keys.Count == 0)
            return null;
        string kind = head.Required("kind");
        string apiVersion = head.Required("apiVersion");
        Fields metadata = head.Map("metadata");
        string name = metadata.Required("name");
        string resourceNamespace = metadata.Text("namespace");
        metadata.Node("labels");
        metadata.Node("annotations");
        metadata.Done();
        if (kind.Length == 0 || name.Length == 0)
            return null;
        if (processNamespace is not null && resourceNamespace.Length > 0 && resourceNamespace != processNamespace)
            return null;
        IReadOnlyList<string> scopes = head.Texts("scopes");
        var root = new Fields(node, $"{Path.GetFileName(file)}, {kind} {name}", "", problems);
        foreach (string key in (string[])["kind", "apiVersion", "metadata", "scopes"])
            root.Node(key);
        return new ResourceDocument(file, apiVersion, kind, name, scopes, root);
    }
}
