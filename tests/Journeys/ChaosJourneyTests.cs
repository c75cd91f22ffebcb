using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>A system whose parts are back soon, however often they are killed.</summary>
public sealed class ChaosStack : JourneyStack
{
    protected override TimeSpan LongestRestartWait { get; } = TimeSpan.FromSeconds(1);
}

/// <summary>One such system for all who break something in a weekend's first hour, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosCollection : ICollectionFixture<ChaosStack>
{
    public const string Name = "chaos";
}

/// <summary>`./mobility demo --chaos SEED` in its short form; the whole weekends are in docs/verification.md.</summary>
[Collection(ChaosCollection.Name)]
public sealed class ChaosJourneyTests(ChaosStack system)
{
    private const StringComparison Is = StringComparison.Ordinal;

    /// <summary>Its plan kills every service, the sidecar and PostgreSQL.</summary>
    private const int Seed = 36;

    /// <summary>Freezes last 10 s each: they are for whole weekends.</summary>
    private static readonly IReadOnlyList<ChaosPoint> Quick =
    [
        .. ChaosPoint.All.Where(point => point.Kind != ChaosKind.Freeze),
    ];

    /// <summary>Nothing publishes in the pages.</summary>
    private static readonly ChaosPlan Never = new(
        1,
        [new ChaosKill(new ChaosPoint("web", "outbox.before-assign", ChaosKind.Inside, "", _ => true), 0)]
    );

    [Fact]
    public async Task The_first_hour_bears_every_kill_that_fits_into_it()
    {
        var beginning = Weekend.Load(Repository.Root).Until(JourneyStack.FirstHour);
        var plan = ChaosPlan.Make(Seed, beginning, Quick);
        string[] parts = [.. StackOptions.ServiceNames, "sidecar", "postgres"];
        Assert.All(parts, part => Assert.Contains(plan.Kills, kill => kill.Point.Part == part));
        var before = parts.ToDictionary(part => part, Restarts, StringComparer.Ordinal);
        var (result, words) = await system.PlayDemo(JourneyStack.FirstHour, kills: plan);
        Assert.All(parts, part => Assert.True(Restarts(part) > before[part], $"{part} was not started again"));
        const string end = " chaos: seed 36, 12 of 12 fired";
        Assert.True(result.LastLine.EndsWith(end, Is), words);
        DemoLine.MustBeGood(result.LastLine[..^end.Length], words);
        Assert.Equal(plan.Kills.Count, words.Split("  chaos: ").Length - 1);
        Assert.Empty(Directory.GetFiles(system.Run.KillPoints));
    }

    private int Restarts(string name) => system.Stack.State.Parts.Single(part => part.Name == name).Restarts;

    [Fact]
    public async Task A_point_that_never_fires_fails_the_run_by_its_name()
    {
        var (result, words) = await system.PlayDemo(WeekendTime.Saturday(9), kills: Never);
        Assert.False(result.IsOk, words);
        Assert.Equal(
            "demo FAILED: kill point web.outbox.before-assign never fired chaos: seed 1, 0 of 1 fired",
            result.LastLine
        );
        Assert.Empty(Directory.GetFiles(system.Run.KillPoints));
    }

    [Fact]
    public async Task A_soak_goes_from_seed_to_seed_and_keeps_the_first_that_fails()
    {
        var output = new StringWriter();
        var exitCode = await Soak.Run(
            new StackOptions(Repository.Root, "") { Fsync = false },
            first: 6,
            count: 3,
            output,
            seed => new DemoWish(WeekendTime.Saturday(9), Chaos: seed, Kills: seed == 7 ? Never : null)
        );
        var lines = output.ToString().TrimEnd().Split('\n');
        Assert.Equal(1, exitCode);
        Assert.Collection(
            lines,
            line => Assert.Matches("^seed 6, [0-9:]+ min: demo OK .* chaos: seed 6, 0 of 0 fired$", line),
            line => Assert.Matches("^seed 7, [0-9:]+ min: demo FAILED: kill point web.outbox.* never fired", line),
            line => Assert.StartsWith("kept: ", line, Is),
            line => Assert.Equal("soak FAILED: 1 seed went well, seed 7 did not", line)
        );
        var kept = lines[2]["kept: ".Length..];
        Assert.Contains("never fired", await File.ReadAllTextAsync(Path.Combine(kept, "demo.txt")), Is);
        Assert.True(Directory.Exists(new RunFolder(Path.Combine(kept, ".run")).Postgres));
        Directory.Delete(kept, recursive: true);
    }
}
