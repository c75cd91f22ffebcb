using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mobility.Platform.Rpc;

namespace Mobility.Platform.Auth;

/// <summary>An issuer of tokens and what it may speak for.</summary>
/// <param name="Issuer">The iss claim.</param>
/// <param name="PublicKeyFiles">PEM files of its public keys, P-256 or RSA.</param>
/// <param name="Roles">Role names that its tokens may carry.</param>
/// <param name="Clients">Clients that its tokens may name; "*" for all.</param>
/// <param name="Development">Works only with MOBILITY_DEV=1, on loopback, and beside no real issuer.</param>
public sealed record IssuerBinding(
    string Issuer,
    IReadOnlyList<string> PublicKeyFiles,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Clients,
    bool Development = false
);

/// <summary>Reads tokens: ES256 or RS256, at most 15 minutes long, audience "mobility", 60 seconds of skew.</summary>
public sealed class Issuers
{
    /// <summary>A stolen token is of use for this long at most.</summary>
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromMinutes(15);

    /// <summary>With what they say 80 MiB at most; longer tokens are rare and are checked every time.</summary>
    private const int KnownMax = 10_000;
    private const int KnownLengthMax = 4096;

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly Dictionary<string, (IssuerBinding Binding, List<SecurityKey> Keys)> issuers;
    private readonly TimeProvider clock;

    /// <summary>Tokens whose signature was found right, with what they say: checking it costs more than all else that a
    /// short call does. Their times are looked at with every call.</summary>
    private readonly ConcurrentDictionary<string, (Caller Caller, DateTime From, DateTime Until)> known = new(
        StringComparer.Ordinal
    );

    private Issuers(IEnumerable<IssuerBinding> bindings, TimeProvider clock)
    {
        this.clock = clock;
        issuers = bindings.ToDictionary(
            b => b.Issuer,
            b => (b, b.PublicKeyFiles.Select(ReadKey).ToList()),
            StringComparer.Ordinal
        );
    }

    /// <summary>Reads the file that MOBILITY_ISSUERS names.</summary>
    /// <exception cref="InvalidOperationException">Names every violation of the file.</exception>
    public static Issuers Load(Settings settings, TimeProvider clock)
    {
        var file = JsonSerializer.Deserialize<IssuersFile>(File.ReadAllText(settings.IssuersFile), Json);
        var bindings = file?.Issuers ?? [];
        var violations = new List<string>();
        if (bindings.Count == 0)
        {
            violations.Add("it names no issuer");
        }
        var development = bindings.Where(b => b.Development).ToList();
        if (development.Count > 0 && !settings.Development)
        {
            violations.Add("a development issuer needs MOBILITY_DEV=1");
        }
        if (development.Count > 0 && !System.Net.IPAddress.IsLoopback(settings.Bind))
        {
            violations.Add("a development issuer works on loopback only");
        }
        if (development.Count > 0 && development.Count < bindings.Count)
        {
            violations.Add("a development issuer may not stand beside a real one");
        }
        violations.AddRange(
            bindings
                .SelectMany(b => b.Roles)
                .Where(r => !Auth.Roles.TryParse(r, out _))
                .Select(r => $"role {r} is unknown")
        );
        return violations.Count == 0
            ? new Issuers(bindings, clock)
            : throw new InvalidOperationException($"MOBILITY_ISSUERS: {string.Join("; ", violations)}.");
    }

    /// <summary>Who bears the token.</summary>
    /// <exception cref="Refusal">UNAUTHENTICATED with CREDENTIALS_MISSING or CREDENTIALS_INVALID.</exception>
    public async Task<Caller> Read(string? authorization)
    {
        const string scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new Refusal(StatusCode.Unauthenticated, "CREDENTIALS_MISSING", "A bearer token is required.");
        }
        var text = authorization[scheme.Length..].Trim();
        if (known.TryGetValue(text, out var earlier) && Lives(earlier.From, earlier.Until))
        {
            return earlier.Caller;
        }
        if (IssuerOf(text) is not { } name || !issuers.TryGetValue(name, out var issuer))
        {
            throw Invalid("it is not a token of a known issuer");
        }
        var result = await handler.ValidateTokenAsync(text, Parameters(issuer.Binding.Issuer, issuer.Keys));
        if (!result.IsValid)
        {
            throw Invalid(
                result.Exception is SecurityTokenInvalidLifetimeException ? "its time is over" : "it is not valid"
            );
        }
        var token = (JsonWebToken)result.SecurityToken;
        var caller = CallerOf(token, issuer.Binding);
        if (known.Count >= KnownMax)
        {
            known.Clear();
        }
        if (text.Length <= KnownLengthMax)
        {
            known[text] = (caller, token.ValidFrom, token.ValidTo);
        }
        return caller;
    }

    /// <summary>The iss claim of a token that nobody has checked yet; null when it cannot be read.</summary>
    private string? IssuerOf(string text)
    {
        try
        {
            return handler.CanReadToken(text) ? handler.ReadJsonWebToken(text).Issuer : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private TokenValidationParameters Parameters(string issuer, List<SecurityKey> keys) =>
        new()
        {
            ValidIssuer = issuer,
            ValidAudience = "mobility",
            IssuerSigningKeys = keys,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) => Lives(from, until),
        };

    private bool Lives(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return from is not null
            && until is not null
            && from <= now + Skew
            && now < until + Skew
            && until - from <= LifetimeMax;
    }

    private static Caller CallerOf(JsonWebToken token, IssuerBinding binding)
    {
        var roles = token.Claims.Where(c => string.Equals(c.Type, "role", StringComparison.Ordinal)).ToList();
        if (
            roles.Count != 1
            || !Auth.Roles.TryParse(roles[0].Value, out var role)
            || !binding.Roles.Contains(roles[0].Value)
        )
        {
            throw Invalid("it must carry one role that its issuer may give");
        }
        var clients = token
            .Claims.Where(c => string.Equals(c.Type, "clients", StringComparison.Ordinal))
            .Select(c => c.Value)
            .ToList();
        if (!binding.Clients.Contains("*") && clients.Exists(c => !binding.Clients.Contains(c)))
        {
            throw Invalid("it names a client that its issuer may not speak for");
        }
        if (string.IsNullOrEmpty(token.Subject) || token.Subject.Length > 200)
        {
            throw Invalid("it has no subject");
        }
        var authTime = token.TryGetPayloadValue<long>("auth_time", out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UnixEpoch;
        var vendor = token.TryGetPayloadValue<string>("vendor", out var name) ? name : null;
        return new Caller(token.Subject, role, clients, vendor, authTime, token.Id);
    }

    private static Refusal Invalid(string why) =>
        new(StatusCode.Unauthenticated, "CREDENTIALS_INVALID", $"The bearer token is refused: {why}.");

    private static SecurityKey ReadKey(string file)
    {
        var pem = File.ReadAllText(file);
        try
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return new ECDsaSecurityKey(curve);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
    }

    private sealed record IssuersFile(IReadOnlyList<IssuerBinding> Issuers);
}
