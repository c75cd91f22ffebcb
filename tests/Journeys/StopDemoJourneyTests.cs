using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Journeys;

/// <summary>`./mobility stop-demo`, short: four processes, 64 callers, and nothing after the stop.</summary>
[Collection(JourneyCollection.Name)]
public sealed class StopDemoJourneyTests
{
    [Fact]
    public async Task Nothing_is_admitted_after_a_stop_at_any_of_four_processes()
    {
        var output = new StringWriter();

        var exit = await StopDemo.Run(
            new StackOptions(Repository.Root, "") { Fsync = false },
            new StopWish(TimeSpan.FromSeconds(1), Stops: 4),
            output
        );

        var told = output.ToString();
        Assert.True(exit == 0, told);
        Assert.Contains("64 callers over 4 processes", told, StringComparison.Ordinal);
        Assert.Contains("admitted after the stop    0", told, StringComparison.Ordinal);
        Assert.Contains("4 stops: ", told, StringComparison.Ordinal);
        Assert.EndsWith("stop-demo OK", told.TrimEnd(), StringComparison.Ordinal);
    }
}
