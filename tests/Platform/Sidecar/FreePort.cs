using System.Net;
using System.Net.Sockets;

namespace Mobility.Tests.Platform;

/// <summary>Ports for processes that are told theirs.</summary>
public static class FreePort
{
    /// <summary>A port that was free a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
