using Mobility.Platform;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Platform;

/// <summary>The clock that a scenario moves for all processes of a development system.</summary>
public sealed class DevelopmentClockTests
{
    /// <summary>Far more than a test takes: what is read lies within it of what was set.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private readonly string file = Path.Combine(TestFolder.New("clock"), "clock");

    [Fact]
    public void One_that_nobody_moved_is_the_machines()
    {
        using var clock = new DevelopmentClock(file);

        var before = TimeProvider.System.GetUtcNow();
        Assert.InRange(clock.GetUtcNow(), before, before + Slack);
    }

    [Fact]
    public void Moving_one_moves_every_other_that_has_the_file_and_those_that_open_it_later()
    {
        using var player = new DevelopmentClock(file);
        using var service = new DevelopmentClock(file);
        var saturday = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(3);

        player.MoveTo(saturday);

        using var late = new DevelopmentClock(file);
        Assert.InRange(service.GetUtcNow(), saturday, saturday + Slack);
        Assert.InRange(late.GetUtcNow(), saturday, saturday + Slack);
        Assert.Equal(8, new FileInfo(file).Length);
    }

    [Fact]
    public void It_goes_on_at_the_machines_pace_and_never_back()
    {
        using var clock = new DevelopmentClock(file);
        var start = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1);
        clock.MoveTo(start);

        Assert.Throws<ArgumentOutOfRangeException>(() => clock.MoveTo(start - TimeSpan.FromMinutes(1)));
        using var other = new DevelopmentClock(file);
        Assert.Throws<ArgumentOutOfRangeException>(() => other.MoveTo(TimeProvider.System.GetUtcNow()));

        var first = clock.GetUtcNow();
        Assert.True(first >= start);
        SpinWait.SpinUntil(() => clock.GetUtcNow() > first);
        Assert.InRange(clock.GetUtcNow(), first, first + Slack);
    }

    [Fact]
    public void Timers_keep_the_machines_pace()
    {
        using var clock = new DevelopmentClock(file);
        var before = clock.GetTimestamp();

        clock.MoveTo(clock.GetUtcNow() + TimeSpan.FromDays(1));

        Assert.InRange(clock.GetElapsedTime(before), TimeSpan.Zero, Slack);
    }
}
