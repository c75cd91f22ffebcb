using Mobility.Launcher;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Whatever is killed while the weekend begins: nothing is lost, nothing is paid twice.</summary>
[Collection(JourneyCollection.Name)]
public sealed class KillJourneyTests(JourneyStack system) : IClassFixture<JourneyStack>
{
    [Theory]
    [InlineData("faults")]
    [InlineData("refunds")]
    [InlineData("sidecar")]
    [InlineData("parking")]
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

    [Fact]
    public async Task The_demo_survives_the_end_of_all_in_turn()
    {
        var turns = new Dictionary<int, string>
        {
            [15] = "sidecar",
            [25] = "refunds",
            [35] = "postgres",
            [45] = "faults",
            [50] = "desk",
            [55] = "parking",
        };
        var killed = 0;
        var (result, words) = await system.PlayDemo(
            JourneyStack.FirstHour,
            stepped =>
            {
                if (turns.TryGetValue(stepped, out var part) && Part(part).Pid is { } pid)
                {
                    killed += Signals.Send(pid, Signals.Kill) ? 1 : 0;
                }
            }
        );
        Assert.True(killed >= 3, $"only {killed} parts were there to be killed");
        DemoLine.MustBeGood(result.LastLine, words);
    }

    private PartState Part(string name) => system.Stack.State.Parts.Single(part => part.Name == name);
}
