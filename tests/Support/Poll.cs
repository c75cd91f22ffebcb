using Xunit;

namespace Mobility.Tests.Support;

/// <summary>Waits for what another process or a job does and gives no signal of.</summary>
public static class Poll
{
    /// <summary>Far longer than anything takes where every test runs at once on two cores: a wait that ends with it has
    /// failed, one that does not costs nothing.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    /// <summary>Asks until the answer is yes; fails when the deadline passes first.</summary>
    public static async Task Until(Func<Task<bool>> condition, TimeSpan? deadline = null, string? what = null)
    {
        using var patience = new CancellationTokenSource(deadline ?? Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"It did not come about in time: {what ?? "the awaited condition"}.");
            }
        }
    }
}
