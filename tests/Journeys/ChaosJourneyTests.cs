using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>A system whose parts are back soon, however often they are killed.</summary>
public sealed class ChaosStack : JourneyStack
{
    protected override TimeSpan LongestRestartWait { get; } = TimeSpan.FromSeconds(1);
}

/// <summary>`./mobility demo --chaos SEED` in its short form; the whole weekends are in docs/verification.md.</summary>
[Collection(JourneyCollection.Name)]
public sealed class ChaosJourneyTests(ChaosStack system) : IClassFixture<ChaosStack>
{
    private const StringComparison Is = StringComparison.Ordinal;
    private const int Seed = 4;

    [Fact]
    public async Task The_first_hour_bears_every_kill_that_fits_into_it()
    {
        var planned = ChaosPlan.Make(Seed, Weekend.Load(Repository.Root).Until(JourneyStack.FirstHour)).Kills.Count;
        var (result, words) = await system.PlayDemo(
            JourneyStack.FirstHour,
            chaos: weekend => ChaosPlan.Make(Seed, weekend)
        );
        var end = $" chaos: seed {Seed}, {planned} of {planned} fired";
        Assert.True(result.LastLine.EndsWith(end, Is), words);
        DemoLine.MustBeGood(result.LastLine[..^end.Length], words);
        Assert.Equal(planned, words.Split("killed: ").Length - 1);
        Assert.Empty(Directory.GetFiles(system.Run.KillPoints));
    }

    [Fact]
    public async Task A_point_that_never_fires_fails_the_run_by_its_name()
    {
        // Nothing publishes in the pages.
        var never = new ChaosPoint("web", "outbox.before-assign", ChaosKind.Inside, "nothing", _ => true);
        var (result, words) = await system.PlayDemo(
            WeekendTime.Saturday(9),
            chaos: _ => new ChaosPlan(1, [new ChaosKill(never, 0)])
        );
        Assert.False(result.IsOk, words);
        Assert.Equal(
            "demo FAILED: kill point web.outbox.before-assign never fired chaos: seed 1, 0 of 1 fired",
            result.LastLine
        );
        Assert.Empty(Directory.GetFiles(system.Run.KillPoints));
    }
}
