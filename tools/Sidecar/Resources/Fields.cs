using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Mobility.Sidecar.Resources;

/// <summary>
/// One YAML mapping, read key by key. Keys nobody asked for are reported by <see cref="Done"/>: a field that the
/// sidecar does not act on must not look as if it did.
/// </summary>
public sealed class Fields
{
    private readonly Dictionary<string, YamlNode> _left = new(StringComparer.Ordinal);
    private readonly Problems _problems;
    private readonly string _where;
    private readonly string _path;

    /// <summary>Opens a mapping.</summary>
    /// <param name="node">The mapping; anything else is a problem, except null, which is an empty mapping.</param>
    /// <param name="where">File and resource, for messages.</param>
    /// <param name="path">Path of this mapping inside the resource, with a dot at its end, or empty.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public Fields(YamlNode? node, string where, string path, Problems problems)
    {
        _problems = problems;
        _where = where;
        _path = path;
        if (node is YamlMappingNode mapping)
        {
            foreach ((YamlNode key, YamlNode value) in mapping.Children)
                _left[key.ToString()] = value;
        }
        else if (node is not null && !IsNull(node))
        {
            problems.Add(where, $"{path.TrimEnd('.')} must be a mapping");
        }
    }

    /// <summary>Names of the keys not yet read.</summary>
    public IReadOnlyList<string> Keys => [.. _left.Keys];

    public void Wrong(string key, string what) => _problems.Add(_where, $"{_path}{key} {what}");

    public YamlNode? Node(string key) => _left.Remove(key, out YamlNode? node) && !IsNull(node) ? node : null;

    public Fields Map(string key) => new(Node(key), _where, $"{_path}{key}.", _problems);

    public IReadOnlyList<Fields> Maps(string key)
    {
        YamlNode[] items = Items(key);
        return [.. items.Select((item, i) => new Fields(item, _where, $"{_path}{key}[{i}].", _problems))];
    }

    public IReadOnlyList<string> Texts(string key) => [.. Items(key).Select(item => item.ToString())];

    public string Text(string key, string fallback = "")
    {
        YamlNode? node = Node(key);
        if (node is null)
            return fallback;
        if (node is YamlScalarNode scalar)
            return scalar.Value ?? fallback;
        Wrong(key, "must be a single value");
        return fallback;
    }

    public string Required(string key)
    {
        string text = Text(key);
        if (text.Length == 0)
            Wrong(key, "is required");
        return text;
    }

    public bool Flag(string key)
    {
        string text = Text(key, "false");
        if (!GoText.TryBool(text, out bool value))
            Wrong(key, $"'{text}' is neither true nor false");
        return value;
    }

    public int Whole(string key, int fallback)
    {
        string text = Text(key);
        if (text.Length == 0)
            return fallback;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            return value;
        Wrong(key, $"'{text}' is not a whole number");
        return fallback;
    }

    public TimeSpan Duration(string key, TimeSpan fallback)
    {
        string text = Text(key);
        if (text.Length == 0)
            return fallback;
        if (GoText.TryDuration(text, out TimeSpan value))
            return value;
        Wrong(key, $"'{text}' is not a duration such as 500ms or 1m30s");
        return fallback;
    }

    /// <summary>Reads a key that may be present only when it says nothing.</summary>
    public void Unsupported(string key, string why)
    {
        if (
            Node(key) is { } node
            && node is not (YamlSequenceNode { Children.Count: 0 } or YamlMappingNode { Children.Count: 0 })
        )
            Wrong(key, why);
    }

    /// <summary>Reports every key that was not read.</summary>
    public void Done()
    {
        foreach (string key in _left.Keys.Order(StringComparer.Ordinal))
            Wrong(key, "is not supported by the local sidecar");
    }

    private YamlNode[] Items(string key)
    {
        YamlNode? node = Node(key);
        if (node is YamlSequenceNode sequence)
            return [.. sequence.Children];
        if (node is not null)
            Wrong(key, "must be a list");
        return [];
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "null" or "~" };
}
