using System.Security.Cryptography;
using System.Text;
using Mobility.Platform;

namespace Mobility.Web.Webhooks;

/// <summary>The last part of a gateway's webhook address, which nobody else knows.</summary>
public sealed class WebhookSecrets
{
    /// <summary>Name of the setting: "toss={random text}"; without it there is no such address.</summary>
    public const string Setting = "MOBILITY_WEBHOOK_SECRETS";

    /// <summary>The gateway whose webhooks are read.</summary>
    public const string Toss = "toss";

    /// <summary>32 symbols of 6 bits are beyond guessing; a word is not.</summary>
    private const int LengthMin = 32;

    private readonly Dictionary<string, byte[]> hashes;

    /// <summary>Compared with when the gateway is unknown, so that both answers take the same steps.</summary>
    private readonly byte[] nobodys = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private WebhookSecrets(Dictionary<string, byte[]> hashes) => this.hashes = hashes;

    /// <summary>Does any gateway send webhooks?</summary>
    public bool Any => hashes.Count > 0;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InvalidOperationException">It is no list of known gateways with long secrets.</exception>
    public static WebhookSecrets Read(Settings settings)
    {
        var hashes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        const StringSplitOptions trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var part in (settings.Own.GetValueOrDefault(Setting) ?? "").Split(',', trimmed))
        {
            // A secret is not repeated in a message.
            if (part.Split('=') is not [Toss, { Length: >= LengthMin } secret] || !secret.All(IsPlain))
            {
                throw new InvalidOperationException(
                    $"{Setting} must be {Toss}=, then {LengthMin} or more letters, digits, '_' and '-'."
                );
            }
            if (!hashes.TryAdd(Toss, Hash(secret)))
            {
                throw new InvalidOperationException($"{Setting} names {Toss} twice.");
            }
        }
        return new WebhookSecrets(hashes);
    }

    /// <summary>Is it the gateway's secret? Takes as long for every wrong one.</summary>
    public bool Fits(string gateway, string secret) =>
        CryptographicOperations.FixedTimeEquals(Hash(secret), hashes.GetValueOrDefault(gateway) ?? nobodys);

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
