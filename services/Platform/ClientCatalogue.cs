using System.Text.Json;

namespace Mobility.Platform;

/// <summary>A client: an operator whose data is kept apart from every other's.</summary>
/// <param name="Id">Slug [a-z][a-z0-9-]{2,30}.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="TimeZone">IANA zone in which its days, weeks and months are counted.</param>
/// <param name="Currency">ISO 4217 code of its one currency.</param>
/// <param name="Products">What it rents out.</param>
/// <param name="ServiceArea">Boxes of WGS84 degrees, each [south, west, north, east], edges included.</param>
public sealed record ClientProfile(
    string Id,
    string DisplayName,
    string TimeZone,
    string Currency,
    IReadOnlyList<string> Products,
    IReadOnlyList<double[]> ServiceArea
)
{
    /// <summary>The zone as the runtime knows it.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>Does the point lie in the service area?</summary>
    public bool Serves(double latitude, double longitude) =>
        ServiceArea.Any(b => latitude >= b[0] && longitude >= b[1] && latitude <= b[2] && longitude <= b[3]);
}

/// <summary>The clients, read once at start from the file that MOBILITY_CLIENTS names.</summary>
public sealed class ClientCatalogue
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly Dictionary<string, ClientProfile> clients;

    private ClientCatalogue(string version, IEnumerable<ClientProfile> profiles)
    {
        Version = version;
        clients = profiles.ToDictionary(c => c.Id, StringComparer.Ordinal);
    }

    /// <summary>Version of the file.</summary>
    public string Version { get; }

    /// <summary>Every client.</summary>
    public IReadOnlyCollection<ClientProfile> All => clients.Values;

    /// <summary>The client of a slug, or null.</summary>
    public ClientProfile? Find(string id) => clients.GetValueOrDefault(id);

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="InvalidOperationException">Names every violation.</exception>
    public static ClientCatalogue Load(string file)
    {
        var read = JsonSerializer.Deserialize<CatalogueFile>(File.ReadAllText(file), Json);
        var profiles = read?.Clients ?? [];
        var violations = profiles.SelectMany(Violations).ToList();
        return violations.Count == 0 && profiles.Count > 0
            ? new ClientCatalogue(read!.Version, profiles)
            : throw new InvalidOperationException($"MOBILITY_CLIENTS: {string.Join("; ", violations)}.");
    }

    private static IEnumerable<string> Violations(ClientProfile client)
    {
        if (!Rpc.ResourceName.IsSlug(client.Id))
        {
            yield return $"client id {client.Id} is no slug";
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(client.TimeZone, out _))
        {
            yield return $"{client.Id}: time zone {client.TimeZone} is unknown";
        }
        if (!Rpc.Money.Digits.ContainsKey(client.Currency))
        {
            yield return $"{client.Id}: currency {client.Currency} is unknown";
        }
        if (
            client.ServiceArea.Count == 0
            || client.ServiceArea.Any(b => b is not [_, _, _, _] || b[0] > b[2] || b[1] > b[3])
        )
        {
            yield return $"{client.Id}: service_area needs boxes of [south, west, north, east]";
        }
    }

    private sealed record CatalogueFile(string Version, IReadOnlyList<ClientProfile> Clients);
}
