using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dapr.AspNetCore;

/// <summary>Authenticates the sidecar by the header that it adds to every delivery.</summary>
internal sealed class DaprAuthenticationHandler(
    IOptionsMonitor<DaprAuthenticationOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<DaprAuthenticationOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        if (!Request.Headers.TryGetValue("Dapr-Api-Token", out var given))
        {
            return AuthenticateResult.NoResult();
        }
        if (string.IsNullOrWhiteSpace(Options.Token))
        {
            return AuthenticateResult.Fail("No token is configured, so that no sidecar can be told from a stranger.");
        }
        if (!Same(given.ToString(), Options.Token))
        {
            return AuthenticateResult.Fail("The token is not this application's.");
        }
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "Dapr")], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    // Digests have one length, so that neither the length nor the bytes of the token show in the time taken.
    private static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(expected))
        );
}
