using System.Security.Cryptography;
using System.Text;
using Mobility.Platform;

namespace Mobility.Parking;

/// <summary>What the service's two keys do: make and recognise tracking codes, senders and contacts, and seal
/// contacts.</summary>
public sealed class ParkingKeys
{
    public const string TrackingKeySetting = "MOBILITY_TRACKING_KEY";
    public const string ContactKeySetting = "MOBILITY_CONTACT_KEY";
    private const int KeyBytes = 32;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly byte[] tracking;
    private readonly byte[] contact;

    private ParkingKeys(byte[] tracking, byte[] contact)
    {
        this.tracking = tracking;
        this.contact = contact;
        ContactKeyId = Convert.ToHexStringLower(SHA256.HashData(contact))[..8];
    }

    /// <summary>First 8 hexadecimal digits of the contact key's SHA-256.</summary>
    public string ContactKeyId { get; }

    /// <summary>Reads the keys; InvalidOperationException names the setting that is wrong and never what it
    /// holds.</summary>
    public static ParkingKeys Read(Settings settings)
    {
        var tracking = Key(settings, TrackingKeySetting);
        var contact = Key(settings, ContactKeySetting);
        return contact.Length == KeyBytes
            ? new ParkingKeys(tracking, contact)
            : throw new InvalidOperationException($"{ContactKeySetting} must be {KeyBytes} bytes in base 64.");
    }

    /// <summary>
    /// The tracking code of a complaint, from things that only the reply to its reporter brings together again: so no
    /// row holds the code, the stored reply neither, and a repeat of the request is told the same one.
    /// </summary>
    public string CodeOf(string complaint, string requestId) =>
        TrackingCode.Of(Mac(tracking, "tracking-code", complaint, requestId));

    /// <summary>What is kept of a tracking code, however it was typed.</summary>
    public byte[] HashOfCode(string typed) => Mac(tracking, "tracking-hash", TrackingCode.Canonical(typed));

    /// <summary>What is kept of a sender, for limits; null for none.</summary>
    public byte[]? HashOfSender(string client, string sender) =>
        sender.Length == 0 ? null : Mac(tracking, "sender", client, sender);

    /// <summary>By which one contact's complaints are counted: the same number with and without hyphens.</summary>
    public byte[] HashOfContact(string client, string text)
    {
        var plain = text.Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        return Mac(contact, "contact", client, string.Concat(plain.Where(c => char.IsLetterOrDigit(c) || c == '@')));
    }

    /// <summary>As <see cref="HashOfContact"/>; null for no contact.</summary>
    public byte[]? HashOfContactOrNull(string client, string text) =>
        text.Length == 0 ? null : HashOfContact(client, text);

    /// <summary>The row of a complaint's contact.</summary>
    public SealedContact Sealed(Complaint complaint, string text) =>
        new()
        {
            ClientId = complaint.ClientId,
            ComplaintId = complaint.Id,
            Ciphertext = Seal(text, complaint.Name),
            KeyId = ContactKeyId,
            ContactHash = HashOfContact(complaint.ClientId, text),
            CreateTime = complaint.CreateTime,
        };

    /// <summary>The contact as it is kept: nonce, tag and ciphertext, bound to its complaint.</summary>
    public byte[] Seal(string text, string complaint)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var kept = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = kept.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(contact, TagBytes);
        var tag = kept.AsSpan(NonceBytes, TagBytes);
        aes.Encrypt(nonce, plain, kept.AsSpan(NonceBytes + TagBytes), tag, Encoding.UTF8.GetBytes(complaint));
        return kept;
    }

    /// <summary>The contact; CryptographicException when it was altered, moved or sealed with another key.</summary>
    public string Open(byte[] kept, string complaint)
    {
        var plain = new byte[kept.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(contact, TagBytes);
        aes.Decrypt(
            kept.AsSpan(0, NonceBytes),
            kept.AsSpan(NonceBytes + TagBytes),
            kept.AsSpan(NonceBytes, TagBytes),
            plain,
            Encoding.UTF8.GetBytes(complaint)
        );
        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Each part goes in with its length, so that no two lists of parts make one input.</summary>
    private static byte[] Mac(byte[] key, params string[] parts) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}"))));

    private static byte[] Key(Settings settings, string name)
    {
        var bytes = new byte[1024];
        var right = Convert.TryFromBase64String(settings.Own[name], bytes, out var length) && length >= KeyBytes;
        return right
            ? bytes[..length]
            : throw new InvalidOperationException($"{name} must be at least {KeyBytes} bytes in base 64.");
    }
}
