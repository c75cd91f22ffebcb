using Mobility.Launcher;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>Whatever is killed while the weekend begins: nothing is lost, nothing is paid twice.</summary>
[Collection(ChaosCollection.Name)]
public sealed class KillJourneyTests(ChaosStack system)
{
    /// <summary>Steps of the first hour after which a part ends; it has time to come back before the next.</summary>
    private static readonly int[] Steps = [15, 27, 45];

    [Theory]
    [InlineData("faults", "sidecar", "desk")]
    [InlineData("parking", "refunds", "postgres")]
    public async Task The_demo_survives_the_end_of_each_in_turn(params string[] parts)
    {
        var before = parts.ToDictionary(part => part, part => Part(part).Restarts, StringComparer.Ordinal);
        var killed = new List<string>();
        var (result, words) = await system.PlayDemo(
            JourneyStack.FirstHour,
            stepped =>
            {
                if (Array.IndexOf(Steps, stepped) is >= 0 and var turn)
                {
                    Assert.True(Signals.Send(Part(parts[turn]).Pid!.Value, Signals.Kill));
                    killed.Add(parts[turn]);
                }
            }
        );
        Assert.Equal(parts, killed);
        DemoLine.MustBeGood(result.LastLine, words);
        Assert.All(parts, part => Assert.True(Part(part).Restarts > before[part], $"{part} was not started again"));
    }

    private PartState Part(string name) => system.Stack.State.Parts.Single(part => part.Name == name);
}
