using System.Net.Sockets;
using RabbitMQ.Client.Exceptions;

namespace Mobility.Sidecar.Broker;

/// <summary>What the client throws when the broker or the way to it is at fault.</summary>
public static class RabbitErrors
{
    public static bool Are(Exception error) =>
        error
            is RabbitMQClientException
                or IOException
                or SocketException
                or TimeoutException
                or ObjectDisposedException
                or OperationCanceledException;

    /// <summary>The broker's own words where it said any: the innermost reason.</summary>
    public static string Words(Exception error)
    {
        Exception inner = error;
        while (inner is not OperationInterruptedException && inner.InnerException is { } next)
            inner = next;
        string words = inner is OperationInterruptedException { ShutdownReason.ReplyText: { Length: > 0 } said }
            ? said
            : inner.Message;
        return words.ReplaceLineEndings(" ");
    }
}
