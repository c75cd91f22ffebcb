using Mobility.Launcher;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>A broker that delivers twice, out of order and late, and loses messages that it had accepted.</summary>
public sealed class FaultyBroker : JourneyStack
{
    protected override IReadOnlyList<string> SidecarArguments =>
        ["--test-deliver", "twice,reorder,delay,drop", "--test-seed", "7"];
}

[Collection(JourneyCollection.Name)]
public sealed class SidecarFaultsJourneyTests(FaultyBroker system) : IClassFixture<FaultyBroker>
{
    [Fact]
    public async Task A_bad_broker_costs_delay_and_nothing_else()
    {
        // Each time of the weekend waits until its holes are healed: three of them lose enough.
        var (result, words) = await system.PlayDemo(WeekendTime.Parse("sat 09:30"));
        DemoLine.MustBeGood(result.LastLine, words);
        // Messages were lost indeed: a publisher was asked for them again.
        var logs = await Task.WhenAll(
            StackOptions.ServiceNames.Select(name => File.ReadAllTextAsync(system.Run.Log(name)))
        );
        Assert.Contains(logs, log => log.Contains("replaying ", StringComparison.Ordinal));
    }
}
