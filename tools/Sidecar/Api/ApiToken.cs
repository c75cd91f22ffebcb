using System.Security.Cryptography;
using System.Text;

namespace Mobility.Sidecar.Api;

/// <summary>The header dapr-api-token, compared in constant time. Without DAPR_API_TOKEN everyone may call.</summary>
public sealed class ApiToken(string? expected)
{
    public const string Header = "dapr-api-token";

    private readonly byte[]? _expected = expected is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(expected));

    public bool Accepts(HttpRequest request) =>
        _expected is null
        || CryptographicOperations.FixedTimeEquals(
            _expected,
            SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers[Header].ToString()))
        );
}
