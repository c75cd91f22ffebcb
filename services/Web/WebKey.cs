using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Mobility.Web;

/// <summary>
/// The one secret of this service: every cookie and form token is sealed with a key derived from it, so that they
/// outlive a restart and are understood by every copy of the service.
/// </summary>
public sealed class WebKey : IDataProtectionProvider
{
    private const int KeyBytes = 32;
    private readonly byte[] root;

    private WebKey(byte[] root) => this.root = root;

    /// <summary>Reads 32 bytes in base 64.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static WebKey Read(string text)
    {
        var bytes = new byte[KeyBytes + 1];
        return Convert.TryFromBase64String(text, bytes, out var count) && count == KeyBytes
            ? new WebKey(bytes[..KeyBytes])
            : throw new InvalidOperationException($"{WebApp.KeySetting} must be 32 bytes in base 64.");
    }

    /// <inheritdoc/>
    public IDataProtector CreateProtector(string purpose) => new Seal(root, purpose);

    /// <summary>An opaque name for a text that must not leave this service, such as a network address.</summary>
    public string Pseudonym(string purpose, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Derive(root, purpose), Encoding.UTF8.GetBytes(text)))[..32];

    /// <summary>Lets the framework seal with this key; its own keys would be files in a home folder.</summary>
    public void Protect(IServiceCollection services)
    {
        services.AddDataProtection();
        // The hosted service makes the first of those files at start; it is internal, hence by its name.
        foreach (
            var keyRing in services.Where(s => s.ImplementationType?.Name == "DataProtectionHostedService").ToList()
        )
        {
            services.Remove(keyRing);
        }
        services.AddSingleton<IDataProtectionProvider>(this);
    }

    private static byte[] Derive(byte[] root, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, KeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>AES-GCM with a random nonce under a key of its purpose: nonce, tag, text.</summary>
    private sealed class Seal(byte[] root, string purpose) : IDataProtector
    {
        private const int NonceBytes = 12;
        private const int TagBytes = 16;
        private readonly byte[] key = Derive(root, purpose);

        public IDataProtector CreateProtector(string inner) => new Seal(root, $"{purpose}/{inner}");

        public byte[] Protect(byte[] plaintext)
        {
            var all = new byte[NonceBytes + TagBytes + plaintext.Length];
            RandomNumberGenerator.Fill(all.AsSpan(0, NonceBytes));
            using var aes = new AesGcm(key, TagBytes);
            aes.Encrypt(
                all.AsSpan(0, NonceBytes),
                plaintext,
                all.AsSpan(NonceBytes + TagBytes),
                all.AsSpan(NonceBytes, TagBytes)
            );
            return all;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < NonceBytes + TagBytes)
            {
                throw new CryptographicException("It is too short to be sealed by us.");
            }
            var text = new byte[protectedData.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(
                protectedData.AsSpan(0, NonceBytes),
                protectedData.AsSpan(NonceBytes + TagBytes),
                protectedData.AsSpan(NonceBytes, TagBytes),
                text
            );
            return text;
        }
    }
}
