namespace Dapr.Client;

/// <summary>The application's side of its sidecar. Safe for any number of threads; make one and keep it.</summary>
public abstract class DaprClient : IDisposable
{
    private protected DaprClient() { }

    /// <summary>Publishes an object as JSON.</summary>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        CancellationToken cancellationToken = default
    );

    /// <summary>Publishes an object as JSON, with metadata for the component and the CloudEvent.</summary>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default
    );

    /// <summary>Publishes bytes as they are.</summary>
    public abstract Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        Dictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Whether the sidecar is up, the connection to this application included.</summary>
    public abstract Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether the sidecar's components are up, whatever the state of this application.</summary>
    public abstract Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns when <see cref="CheckOutboundHealthAsync"/> says yes; end it by the token.</summary>
    public abstract Task WaitForSidecarAsync(CancellationToken cancellationToken = default);

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Close();
}
