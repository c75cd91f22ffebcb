using System.Text;
using Dapr;
using Dapr.Client;

namespace Mobility.Platform.Events;

/// <summary>The way to the broker: a sidecar that does not answer counts as one that is away.</summary>
internal sealed class Broker(DaprClient dapr, Settings settings, TimeProvider clock)
{
    /// <summary>A publish waits for the broker's disk at most; one that lasts longer has been forgotten.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Publishes an envelope as it is.</summary>
    /// <exception cref="DaprException">The sidecar is away or silent, or refuses it.</exception>
    public async Task Publish(string topic, string envelope, CancellationToken token)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, patience.Token);
        try
        {
            await dapr.PublishByteEventAsync(
                settings.Pubsub,
                topic,
                Encoding.UTF8.GetBytes(envelope),
                CloudEvent.ContentType,
                cancellationToken: either.Token
            );
        }
        catch (OperationCanceledException e) when (!token.IsCancellationRequested)
        {
            throw new DaprException("The sidecar did not answer in time.", e);
        }
    }
}
