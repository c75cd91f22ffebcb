using Mobility.Launcher;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>What is killed while the weekend begins is waited for as long as `./mobility up` takes to start it again:
/// nothing is lost, nothing is paid twice. ChaosJourneyTests kill every part in one run, with shorter waits.</summary>
[Collection(JourneyCollection.Name)]
public sealed class KillJourneyTests(JourneyStack system) : IClassFixture<JourneyStack>
{
    [Theory]
    [InlineData("refunds")]
    [InlineData("sidecar")]
    [InlineData("desk")]
    [InlineData("postgres")]
    public async Task The_demo_survives_the_end_of(string part)
    {
        var before = Part(part).Restarts;
        var killed = false;
        var (result, words) = await system.PlayDemo(
            JourneyStack.FirstHour,
            stepped =>
            {
                if (stepped == 27)
                {
                    killed = Signals.Send(Part(part).Pid!.Value, Signals.Kill);
                }
            }
        );
        Assert.True(killed);
        DemoLine.MustBeGood(result.LastLine, words);
        Assert.True(Part(part).Restarts > before, $"{part} was not started again");
    }

    private PartState Part(string name) => system.Stack.State.Parts.Single(part => part.Name == name);
}
