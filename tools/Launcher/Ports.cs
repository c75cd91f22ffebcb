using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mobility.Launcher;

/// <summary>
/// Finds free TCP ports. They lie below the range from which the kernel serves outgoing connections, so that none can
/// take
/// the port of a child while it restarts; random, so that two checkouts started at once do not meet.
/// </summary>
public static class Ports
{
    private const int First = 15_000;
    private const int Last = 32_000;

    /// <summary>One free port of 127.0.0.1.</summary>
    public static int Pick() => Pick(1)[0];

    /// <summary>Distinct free ports of 127.0.0.1.</summary>
    public static IReadOnlyList<int> Pick(int count)
    {
        var picked = new List<int>();
        for (var attempt = 0; picked.Count < count; attempt++)
        {
            if (attempt > 2_000)
            {
                throw new NetworkInformationException();
            }
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (!picked.Contains(port) && IsFree(port))
            {
                picked.Add(port);
            }
        }
        return picked;
    }

    /// <summary>
    /// Neighbouring free ports for a whole system, of which some are not in use yet. Blocks lie side by side and one
    /// with a port in use is another system's: so two systems that each use one of theirs share none.
    /// </summary>
    public static IReadOnlyList<int> PickBlock(int count)
    {
        for (var attempt = 0; attempt <= 2_000; attempt++)
        {
            var first = First + (count * RandomNumberGenerator.GetInt32((Last - First) / count));
            var block = Enumerable.Range(first, count).ToList();
            if (block.TrueForAll(IsFree))
            {
                return block;
            }
        }
        throw new NetworkInformationException();
    }

    /// <summary>Whether nothing listens on this port of 127.0.0.1.</summary>
    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
