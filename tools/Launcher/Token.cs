using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mobility.Platform.Auth;

namespace Mobility.Launcher;

/// <summary>What a development token says.</summary>
/// <param name="Role">One of <see cref="Roles.Names"/>.</param>
/// <param name="Subject">`people/{uuid}` or `clients/{client}/riders/{uuid}`.</param>
/// <param name="Clients">Clients it may speak for; `*` = all.</param>
public sealed record Token(string Role, string Subject, params IReadOnlyList<string> Clients)
{
    /// <summary>`vendors/{vendor}`, the contact centre that the person works for, if any.</summary>
    public string? Vendor { get; init; }

    /// <summary>When the person signed in; null = now.</summary>
    public DateTimeOffset? AuthTime { get; init; }

    /// <summary>How long it is valid, ≤ 15 min; negative makes an expired one.</summary>
    public TimeSpan Lifetime { get; init; } = Issuers.LifetimeMax;

    /// <summary>Name of the issuer.</summary>
    public string Issuer { get; init; } = RunFolder.DevelopmentIssuer;

    /// <summary>Audience.</summary>
    public string Audience { get; init; } = "mobility";

    /// <summary>A rider's token.</summary>
    public static Token Rider(string client, Guid rider) => new("rider", $"clients/{client}/riders/{rider}", client);

    /// <summary>The token of anyone else.</summary>
    public static Token Person(string role, Guid person, params IReadOnlyList<string> clients) =>
        new(role, $"people/{person}", clients);

    /// <summary>Signs it (ES256) with a P-256 private key.</summary>
    /// <param name="keyFile">PEM file of the key, for instance <see cref="RunFolder.IssuerKey"/>.</param>
    /// <param name="clock">Time of issue.</param>
    /// <returns>A JWT in compact form.</returns>
    public string Sign(string keyFile, TimeProvider clock)
    {
        if (!Roles.TryParse(Role, out _) || Lifetime > Issuers.LifetimeMax)
        {
            throw new ArgumentException($"no such token: role {Role}, lifetime {Lifetime}", nameof(keyFile));
        }
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(keyFile));
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = Subject,
            ["role"] = Role,
            ["clients"] = Clients.ToArray(),
            ["auth_time"] = (AuthTime ?? now).ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = (Lifetime < TimeSpan.Zero ? now + Lifetime - Issuers.LifetimeMax : now).ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.CreateVersion7(now).ToString(),
        };
        if (Vendor is not null)
        {
            claims["vendor"] = Vendor;
        }
        // The factory cache would keep the key after it is disposed.
        var factory = new CryptoProviderFactory { CacheSignatureProviders = false };
        var security = new ECDsaSecurityKey(key) { CryptoProviderFactory = factory };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = claims,
                SigningCredentials = new SigningCredentials(security, SecurityAlgorithms.EcdsaSha256),
            }
        );
    }
}
