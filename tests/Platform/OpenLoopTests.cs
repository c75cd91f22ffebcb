using Grpc.Core;
using Mobility.Bench;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The bench's calls at a fixed rate.</summary>
public sealed class OpenLoopTests
{
    private static readonly TimeSpan Patience = Poll.Patience;

    [Fact]
    public void A_call_is_due_at_its_place_in_the_schedule()
    {
        var loop = new OpenLoop(500);

        Assert.Equal(TimeSpan.Zero, loop.Due(0));
        Assert.Equal(TimeSpan.FromMilliseconds(2), loop.Due(1));
        Assert.Equal(TimeSpan.FromSeconds(1), loop.Due(500));
        Assert.Equal(30_000, loop.CallsIn(TimeSpan.FromSeconds(60)));
        Assert.Equal(TimeSpan.FromSeconds(1), loop.AtShare(0.2).Due(100));
    }

    [Fact]
    public async Task A_call_that_hangs_holds_up_no_later_one()
    {
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task Call(int n)
        {
            if (n == 4)
            {
                last.SetResult();
            }
            await last.Task;
        }

        var result = await new OpenLoop(1_000).Run(5, Call).WaitAsync(Patience);

        Assert.Equal(5, result.Calls);
        Assert.Empty(result.Failures);
    }

    [Fact]
    public async Task A_call_that_fails_is_told_and_the_others_are_made()
    {
        static Task Call(int n) =>
            n == 1 ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "too much")) : Task.CompletedTask;

        var result = await new OpenLoop(1_000).Run(3, Call).WaitAsync(Patience);

        Assert.Equal(3, result.Calls);
        Assert.Contains("too much", Assert.Single(result.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_ended_makes_no_more_calls()
    {
        using var enough = new CancellationTokenSource();

        var result = await new OpenLoop(1_000)
            .Run(1_000, n => n == 2 ? enough.CancelAsync() : Task.CompletedTask, enough.Token)
            .WaitAsync(Patience);

        Assert.InRange(result.Calls, 3, 999);
    }

    [Theory]
    [InlineData(10.0, true)]
    [InlineData(10.4, true)]
    [InlineData(10.6, false)]
    public void Calls_that_take_a_twentieth_longer_than_planned_miss_the_schedule(double seconds, bool kept)
    {
        var result = new OpenLoopResult(
            101,
            TimeSpan.FromSeconds(seconds),
            TimeSpan.FromSeconds(10),
            TimeSpan.Zero,
            []
        );

        Assert.Equal(kept, result.KeptSchedule);
        Assert.Equal(100 / seconds, result.Rate, 6);
    }
}
