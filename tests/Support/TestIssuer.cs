using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mobility.Platform.Auth;

namespace Mobility.Tests.Support;

/// <summary>A token issuer of the test run, the table that trusts it, and a foreign key that nobody trusts.</summary>
public static class TestIssuer
{
    public const string Name = "https://issuer.test";
    public const string Client = "gangneung-kick";
    public const string OtherClient = "seoul-kick";

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa ForeignKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly Lazy<string> Folder = new(WriteFiles);

    /// <summary>The private key, for the service that makes development tokens itself.</summary>
    public static string KeyPem => Key.ExportPkcs8PrivateKeyPem();

    /// <summary>The table of issuers.</summary>
    public static string IssuersFile => Path.Combine(Folder.Value, "issuers.json");

    /// <summary>The clients' catalogue.</summary>
    public static string ClientsFile => Path.Combine(Folder.Value, "clients.json");

    /// <summary>A token; every part may be bent to make a bad one.</summary>
    public static string Token(
        Role role,
        string subject,
        DateTimeOffset now,
        string? client = Client,
        string? vendor = "vendors/haenam-contact",
        TimeSpan? age = null,
        TimeSpan? life = null,
        DateTimeOffset? authTime = null,
        bool foreignKey = false,
        string issuer = Name,
        string audience = "mobility",
        Role? secondRole = null
    )
    {
        var issued = now - (age ?? TimeSpan.Zero);
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["sub"] = subject,
            ["role"] = secondRole is { } other ? new[] { Roles.Name(role), Roles.Name(other) } : Roles.Name(role),
            ["auth_time"] = (authTime ?? now).ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(now).ToString(),
        };
        if (client is not null)
        {
            claims["clients"] = new[] { client };
        }
        if (vendor is not null && role is Role.Agent or Role.Lead)
        {
            claims["vendor"] = vendor!;
        }
        var key = new ECDsaSecurityKey(foreignKey ? ForeignKey : Key);
        return new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                NotBefore = issued.UtcDateTime,
                IssuedAt = issued.UtcDateTime,
                Expires = (issued + (life ?? TimeSpan.FromMinutes(10))).UtcDateTime,
                Claims = claims,
                SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
            }
        );
    }

    private static string WriteFiles()
    {
        var folder = TestFolder.New("issuer");
        var pem = Path.Combine(folder, "key.pub.pem");
        File.WriteAllText(pem, Key.ExportSubjectPublicKeyInfoPem());
        var issuers = new
        {
            issuers = new[]
            {
                new
                {
                    issuer = Name,
                    public_key_files = new[] { pem },
                    roles = Roles.Names,
                    clients = new[] { "*" },
                    development = true,
                },
            },
        };
        File.WriteAllText(Path.Combine(folder, "issuers.json"), JsonSerializer.Serialize(issuers));
        File.WriteAllText(Path.Combine(folder, "clients.json"), Clients);
        return folder;
    }

    private const string Clients = """
        {"version":"test-1","clients":[
          {"id":"gangneung-kick","display_name":"강릉킥","time_zone":"Asia/Seoul","currency":"KRW",
           "products":["scooter","e-bike"],"service_area":[[37.6,128.75,37.95,129.1]]},
          {"id":"seoul-kick","display_name":"서울킥","time_zone":"Asia/Seoul","currency":"KRW",
           "products":["scooter"],"service_area":[[37.41,126.75,37.72,127.2]]}]}
        """;
}
