namespace Grpc.Core;

/// <summary>What a client says about one call. The deadline is an absolute UTC time.</summary>
public struct CallOptions
{
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null
    )
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    public Metadata? Headers { get; private set; }

    public DateTime? Deadline { get; }

    public CancellationToken CancellationToken { get; }

    public WriteOptions? WriteOptions { get; private set; }

    public ContextPropagationToken? PropagationToken { get; }

    public CallCredentials? Credentials { get; }

    /// <summary>Nobody here asks a call to wait for a connection: it fails at once, and the caller retries.</summary>
    public bool IsWaitForReady => false;

    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };
}

/// <summary>Named in the official signatures; nothing here propagates a context.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken() { }
}

/// <summary>Named in the official signatures; nothing here propagates a context.</summary>
public class ContextPropagationOptions
{
    private ContextPropagationOptions() { }
}
