namespace Grpc.Core;

/// <summary>What the four kinds of call have in common; the state saves the channel a closure for each call.</summary>
internal sealed class AsyncCallState(
    Func<object, Task<Metadata>> headers,
    Func<object, Status> status,
    Func<object, Metadata> trailers,
    Action<object> dispose,
    object state
)
{
    public Task<Metadata> ResponseHeadersAsync => headers(state);

    public Status GetStatus() => status(state);

    public Metadata GetTrailers() => trailers(state);

    public void Dispose() => dispose(state);
}
