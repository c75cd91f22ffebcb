using System.Security.Cryptography;
using System.Text;

namespace Mobility.Web;

/// <summary>
/// Ids of requests: made when a form is shown, so that a double click, the back button and a repeat after a lost reply
/// send the same one and have one effect.
/// </summary>
public static class RequestIds
{
    /// <summary>Name of the form field.</summary>
    public const string Field = "request_id";

    /// <summary>A random UUID, version 4.</summary>
    public static string New() => Version4(RandomNumberGenerator.GetBytes(16));

    /// <summary>The id of a further effect of the same form, such as its second photo: the same each time.</summary>
    public static string Derived(string requestId, string effect) =>
        Version4(SHA256.HashData(Encoding.UTF8.GetBytes($"{requestId}/{effect}"))[..16]);

    private static string Version4(byte[] bytes)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
