using Mobility.Sidecar.Delivery;

namespace Mobility.Sidecar.Broker;

/// <summary>The messages of one app and one topic.</summary>
public interface IMessageSource
{
    /// <summary>How many of them may be with the application at one time.</summary>
    int Workers { get; }

    /// <summary>Messages that could be taken now.</summary>
    int Waiting { get; }

    /// <summary>Waits until a message is there; it stays in its place.</summary>
    Task WaitForMessage(CancellationToken token);

    /// <summary>Removes the oldest message; null when another worker was quicker.</summary>
    Taken? TryTake();

    /// <summary>Takes messages from the broker while the gate is open and leaves them there while it is closed, until
    /// stopped.</summary>
    Task Run(AppGate gate, CancellationToken stopping);
}
