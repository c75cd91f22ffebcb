using System.Security.Cryptography;
using System.Text;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>
/// The key under which phone numbers are compared. A number is hashed where it comes in: only the hash goes on, and it
/// tells nothing to who has the database and not the key.
/// </summary>
public sealed class PersonKey
{
    public const string Setting = "MOBILITY_PERSON_KEY";
    private const int KeyBytes = 32;
    private readonly byte[] key;

    private PersonKey(byte[] key) => this.key = key;

    /// <summary>Reads the key; InvalidOperationException names the setting and never what it holds.</summary>
    public static PersonKey Read(Settings settings)
    {
        var bytes = new byte[1024];
        return Convert.TryFromBase64String(settings.Own[Setting], bytes, out var length) && length >= KeyBytes
            ? new PersonKey(bytes[..length])
            : throw new InvalidOperationException($"{Setting} must be at least {KeyBytes} bytes in base 64.");
    }

    /// <summary>What is kept of an optional phone number: empty for none, and another for each client.</summary>
    public string HashOf(Check check, ClientProfile client, string phone, string field)
    {
        if (phone.Length == 0)
        {
            return "";
        }
        var digits = PhoneNumber.Digits(phone);
        check.That(digits is not null, field, "must be a phone number in international form such as +82 10-1234-5678");
        return digits is null ? "" : HashOf(client.Id, digits);
    }

    /// <summary>Lower-case hexadecimal. The length goes in, so that no two pairs make one input.</summary>
    public string HashOf(string clientId, string digits) =>
        Convert.ToHexStringLower(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"phone {clientId.Length}:{clientId}{digits}"))
        );
}
