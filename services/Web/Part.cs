using Grpc.Core;

namespace Mobility.Web;

/// <summary>A part of a page that one service gives: what it said, or why it said nothing.</summary>
/// <param name="Value">What it said; null when it is missing.</param>
/// <param name="Missing">Why it is missing; null when it is there.</param>
public sealed record Part<T>(T? Value, Problem? Missing)
    where T : class
{
    /// <summary>Is it missing because the service does not answer now?</summary>
    public bool IsAway => Missing?.IsAway == true;
}

/// <summary>Asks for parts side by side, so that one service that is down costs its own part alone.</summary>
public static class Part
{
    /// <summary>The part, or the problem in its place.</summary>
    public static async Task<Part<T>> Of<T>(AsyncUnaryCall<T> call)
        where T : class
    {
        try
        {
            return new Part<T>(await call, Missing: null);
        }
        catch (RpcException e)
        {
            return new Part<T>(Value: null, Problem.Of(e));
        }
    }

    /// <summary>A part that nobody needs to be asked for.</summary>
    public static Task<Part<T>> None<T>()
        where T : class => Task.FromResult(new Part<T>(Value: null, Missing: null));
}
