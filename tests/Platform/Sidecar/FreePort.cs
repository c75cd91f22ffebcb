using System.Net.NetworkInformation;
using Mobility.Launcher;

namespace Mobility.Tests.Platform;

/// <summary>
/// Ports for processes that are told theirs. They lie below those that a launcher picks and those from which the kernel
/// serves outgoing connections, and none is given twice, so that nobody takes one before its process listens.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int Count = 5_000;

    private static int given = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on and nobody else here is told.</summary>
    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref given) % Count);
            if (Ports.IsFree(port))
            {
                return port;
            }
        }
        throw new NetworkInformationException();
    }
}
