using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Mobility.PaymentGateway;

/// <summary>Toss's authentication: Basic, the secret key as the user's name, an empty password.</summary>
public static class BasicAuth
{
    public static Reply? Refusal(HttpContext context, string secret)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value.Scheme != "Basic")
        {
            return Reply.Refuse("UNAUTHORIZED_KEY");
        }
        var buffer = new byte[header.Length];
        if (!Convert.TryFromBase64String(value.Parameter ?? "", buffer, out var length))
        {
            return Reply.Refuse("UNAUTHORIZED_KEY");
        }
        var given = buffer.AsSpan(0, length);
        if (!given.Contains((byte)':'))
        {
            return Reply.Refuse("INCORRECT_BASIC_AUTH_FORMAT");
        }
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(secret + ":"))
            ? null
            : Reply.Refuse("UNAUTHORIZED_KEY");
    }
}
