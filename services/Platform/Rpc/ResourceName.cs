using System.Globalization;
using System.Text.RegularExpressions;

namespace Mobility.Platform.Rpc;

/// <summary>The name of a client's resource, "clients/{client}/{collection}/{uuid}".</summary>
/// <param name="ClientId">Slug of the client.</param>
/// <param name="Collection">Plural noun, for example "faults".</param>
/// <param name="Id">Lower-case UUID.</param>
public readonly partial record struct ResourceName(string ClientId, string Collection, Guid Id)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"clients/{ClientId}/{Collection}/{Id}");

    /// <summary>Reads a name of the collection; false for anything else, upper-case UUIDs included.</summary>
    public static bool TryParse(string text, string collection, out ResourceName name)
    {
        name = default;
        var parts = text.Split('/');
        if (
            parts is not ["clients", var client, var plural, var id]
            || !string.Equals(plural, collection, StringComparison.Ordinal)
            || !IsSlug(client)
            || !TryParseId(id, out var uuid)
        )
        {
            return false;
        }
        name = new ResourceName(client, collection, uuid);
        return true;
    }

    /// <summary>Reads "people/{uuid}" and the like: a plural and a lower-case UUID.</summary>
    public static bool TryParseTop(string text, string collection, out Guid id)
    {
        id = default;
        return text.StartsWith(collection + "/", StringComparison.Ordinal)
            && TryParseId(text[(collection.Length + 1)..], out id);
    }

    /// <summary>The client of a parent or a name, or null when it is neither.</summary>
    public static string? ClientOf(string parentOrName)
    {
        var parts = parentOrName.Split('/', 3);
        return parts is ["clients", var client, ..] && IsSlug(client) ? client : null;
    }

    /// <summary>Is it a slug, [a-z][a-z0-9-]{2,30}?</summary>
    public static bool IsSlug(string text) => Slug().IsMatch(text);

    private static bool TryParseId(string text, out Guid id) =>
        Guid.TryParseExact(text, "D", out id) && string.Equals(text, id.ToString(), StringComparison.Ordinal);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{2,30}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Slug();
}
