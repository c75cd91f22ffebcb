using Grpc.Core;
using Mobility.Web.SignIn;

namespace Mobility.Web.AgentDesk;

/// <summary>
/// Questions to several services at once with the person's own token. A service that is away is named, and the page
/// shows what the others say.
/// </summary>
public sealed class Gathering(Session session, CancellationToken token)
{
    /// <summary>A person at a telephone waits no longer for a part of a page.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> missing = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Names of the services that did not answer: "faults", "parking", "refunds", "desk".</summary>
    public IReadOnlyCollection<string> Missing
    {
        get
        {
            lock (gate)
            {
                return [.. missing];
            }
        }
    }

    /// <summary>"clients/{client}".</summary>
    public string Parent => session.Parent;

    /// <summary>What every call carries.</summary>
    public CallOptions Options => new(session.Headers, (TimeProvider.System.GetUtcNow() + Patience).UtcDateTime, token);

    /// <summary>The answer; null when there is no such thing, it is not for this person, or the service is
    /// away.</summary>
    /// <exception cref="RpcException">The person's time is over, or the question was wrong.</exception>
    public async Task<T?> Ask<T>(string service, Func<CallOptions, AsyncUnaryCall<T>> call)
        where T : class
    {
        try
        {
            return await call(Options);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.PermissionDenied)
        {
            return null;
        }
        catch (RpcException e) when (IsAway(e) && !token.IsCancellationRequested)
        {
            lock (gate)
            {
                missing.Add(service);
            }
            return null;
        }
    }

    /// <summary>The answers that there are, in the order of the questions.</summary>
    public async Task<IReadOnlyList<T>> AskAll<T>(
        string service,
        IEnumerable<string> names,
        Func<string, CallOptions, AsyncUnaryCall<T>> call
    )
        where T : class
    {
        var answers = await Task.WhenAll(names.Select(name => Ask(service, options => call(name, options))));
        return [.. answers.OfType<T>()];
    }

    /// <summary>An answer that nobody foresaw costs its part too, not the page.</summary>
    private static bool IsAway(RpcException error) =>
        Problem.Of(error).IsAway
        || error.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unimplemented;
}
