using Mobility.Sidecar.Events;
using Mobility.Sidecar.Resources;

namespace Mobility.Sidecar.Broker;

/// <summary>The broker behind one component, as one app id sees it.</summary>
public interface IBroker : IAsyncDisposable
{
    /// <summary>Gives a subscription its queue. Only before <see cref="Connect"/>.</summary>
    /// <param name="logger">Of the app that has the subscription.</param>
    IMessageSource Subscribe(Subscription subscription, ILogger logger);

    /// <summary>From its end on, what is published reaches every subscription made before.</summary>
    /// <exception cref="IOException">The broker is away or refuses; the message says what it said.</exception>
    Task Connect(CancellationToken token);

    /// <summary>Null when the broker has the message; otherwise why it may not have it.</summary>
    Task<string?> Publish(string topic, Message message, CancellationToken token);
}
