using Mobility.Launcher;
using Mobility.Tests.Support;
using Xunit;
using Grounding = Mobility.Faults.V1.Grounding;

namespace Mobility.Tests.Journeys;

/// <summary>What only a reply can say: a file that expects something else makes the demo fail by the name of the
/// step.</summary>
[Collection(ChaosCollection.Name)]
public sealed class AlteredWeekendTests(ChaosStack system)
{
    [Fact]
    public async Task Each_altered_step_is_named_in_the_last_line()
    {
        var file = Weekend.Load(Repository.Root).Until(JourneyStack.FirstHour);
        var expected = new Dictionary<WeekendDeed, Func<WeekendOutcome, WeekendOutcome>>
        {
            [WeekendDeed.Shift] = outcome => outcome with { State = "NOBODY" },
            [WeekendDeed.Grant] = outcome => outcome with { State = "EXPIRED" },
            [WeekendDeed.ReportFault] = outcome => outcome with { Grounding = Grounding.Unspecified },
            [WeekendDeed.FileComplaint] = outcome => outcome with { Others = [7] },
            [WeekendDeed.AskRefund] = outcome => outcome with { Error = "NO_SUCH_REASON" },
        };
        var altered = expected.Keys.Select(deed => file.Steps.First(step => step.Do == deed)).ToList();
        var steps = file.Steps.Select(step =>
            altered.Contains(step) ? step with { Expect = expected[step.Do](step.Expect) } : step
        );

        var (result, words) = await system.PlayDemo(weekend: file with { Steps = [.. steps] });
        Assert.StartsWith("demo FAILED: ", result.LastLine, StringComparison.Ordinal);
        Assert.All(
            altered,
            step => Assert.True(words.Contains($"step {step.Number} (", StringComparison.Ordinal), $"{step}\n{words}")
        );
    }
}
