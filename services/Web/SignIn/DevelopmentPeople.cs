using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mobility.Platform;
using Mobility.Platform.Auth;

namespace Mobility.Web.SignIn;

/// <summary>Somebody to sign in as while developing.</summary>
/// <param name="Key">Short name in forms.</param>
/// <param name="Alias">What screens call the person.</param>
/// <param name="Role">A role name as tokens write it.</param>
/// <param name="Subject">people/{uuid} or clients/{client}/riders/{uuid}.</param>
/// <param name="Vendor">vendors/{vendor}, or null.</param>
/// <param name="Clients">Clients that the person works for; the first one first.</param>
public sealed record DevelopmentPerson(
    string Key,
    string Alias,
    string Role,
    string Subject,
    string? Vendor,
    IReadOnlyList<string> Clients
);

/// <summary>
/// The people of a development system, and their tokens, which are made anew by the clock that a scenario moves.
/// Works only with MOBILITY_DEV=1 on loopback; nobody is in it otherwise.
/// </summary>
public sealed class DevelopmentPeople
{
    /// <summary>Name of the setting: private key of the development issuer, as PEM or the path of a PEM
    /// file.</summary>
    public const string KeySetting = "MOBILITY_DEV_KEY";

    /// <summary>Name of the setting: path of the people's file.</summary>
    public const string PeopleSetting = "MOBILITY_DEV_PEOPLE";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly SigningCredentials? credentials;
    private readonly string issuer;

    private DevelopmentPeople(IReadOnlyList<DevelopmentPerson> people, SigningCredentials? credentials, string issuer)
    {
        All = people;
        this.credentials = credentials;
        this.issuer = issuer;
    }

    /// <summary>Everybody with a page to sign in to.</summary>
    public IReadOnlyList<DevelopmentPerson> All { get; }

    /// <summary>Is anybody there?</summary>
    public bool Any => All.Count > 0;

    /// <summary>The person of a key, or null.</summary>
    public DevelopmentPerson? Find(string key) =>
        All.FirstOrDefault(p => string.Equals(p.Key, key, StringComparison.Ordinal));

    /// <summary>Reads the settings; without them there is nobody.</summary>
    /// <exception cref="InvalidOperationException">They are set where development is not allowed.</exception>
    public static DevelopmentPeople Load(Settings settings)
    {
        var key = settings.Own.GetValueOrDefault(KeySetting);
        var file = settings.Own.GetValueOrDefault(PeopleSetting);
        if (string.IsNullOrEmpty(key) || string.IsNullOrEmpty(file))
        {
            return new DevelopmentPeople([], null, "");
        }
        if (!settings.Development || !IPAddress.IsLoopback(settings.Bind))
        {
            throw new InvalidOperationException($"{KeySetting} needs MOBILITY_DEV=1 and loopback.");
        }
        using var issuers = JsonDocument.Parse(File.ReadAllText(settings.IssuersFile));
        var issuer = issuers
            .RootElement.GetProperty("issuers")
            .EnumerateArray()
            .Where(i => i.TryGetProperty("development", out var mark) && mark.GetBoolean())
            .Select(i => i.GetProperty("issuer").GetString())
            .FirstOrDefault();
        var people = JsonSerializer.Deserialize<IReadOnlyList<DevelopmentPerson>>(File.ReadAllText(file), Json) ?? [];
        return new DevelopmentPeople(
            [.. people.Where(HasPage)],
            Credentials(key),
            issuer ?? throw new InvalidOperationException($"{KeySetting} needs a development issuer.")
        );
    }

    /// <summary>A token of the person, as long as one may live.</summary>
    public string Token(DevelopmentPerson person, DateTimeOffset now, DateTimeOffset signedIn)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = person.Subject,
            ["role"] = person.Role,
            ["clients"] = person.Clients.ToArray(),
            ["auth_time"] = signedIn.ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(now).ToString(),
        };
        if (person.Vendor is { Length: > 0 } vendor)
        {
            claims["vendor"] = vendor;
        }
        return new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = "mobility",
                NotBefore = now.UtcDateTime,
                IssuedAt = now.UtcDateTime,
                Expires = (now + Issuers.LifetimeMax).UtcDateTime,
                Claims = claims,
                SigningCredentials = credentials,
            }
        );
    }

    private static bool HasPage(DevelopmentPerson person) =>
        Roles.TryParse(person.Role, out var role) && (role == Role.Rider || Session.IsStaffRole(role));

    private static SigningCredentials Credentials(string setting)
    {
        var pem = setting.StartsWith("-----", StringComparison.Ordinal) ? setting : File.ReadAllText(setting);
        // The credentials keep the key for the life of the process.
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256);
    }
}
