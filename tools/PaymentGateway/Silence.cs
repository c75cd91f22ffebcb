namespace Mobility.PaymentGateway;

/// <summary>A reply that never comes.</summary>
public static class Silence
{
    /// <summary>Longer than any sane client waits, short enough that no connection stays for ever.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Says nothing until the client gives up, then cuts the connection.</summary>
    public static async Task Keep(HttpContext context, TimeProvider clock, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(Longest, clock, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        context.Abort();
    }
}
