using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mobility.PaymentGateway;

/// <summary>
/// Faults that nobody lists: whether the nth request of a payment meets one follows from the seed, the payment's key
/// and n alone, so a run is repeated by its seed whatever else happens at the same time.
/// </summary>
public sealed class SeededFaults(long seed, int perMille)
{
    public const int MaxPerMille = 1_000;

    private readonly Dictionary<(FaultKind Kind, string PaymentKey), int> asked = [];

    /// <summary>Not thread-safe: FaultPlan holds its lock.</summary>
    public bool Draws(FaultKind kind, string paymentKey)
    {
        if (kind is FaultKind.Hold or FaultKind.Pending)
        {
            // What waits for somebody to let it go on would wait for ever: nobody knows that it was drawn.
            return false;
        }
        var n = asked.GetValueOrDefault((kind, paymentKey));
        asked[(kind, paymentKey)] = n + 1;
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}|{kind}|{paymentKey}|{n}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) % MaxPerMille < perMille;
    }
}
