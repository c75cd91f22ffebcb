using Mobility.Desk;
using Mobility.Platform;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

/// <summary>An event that lacks what it is about will never be right: it is parked, and not retried for ever.</summary>
public sealed class EmptyEventTests
{
    [Fact]
    public async Task Every_event_that_carries_nothing_is_parked()
    {
        await using var house = await Open();
        var applied = AppPage.Of(new DeskApp()).Events.Values.Where(line => line.Handle is not null).ToList();
        var sequence = 0L;
        foreach (var line in applied)
        {
            var publisher = line.Descriptor.FullName.Split('.')[1];
            var empty = line.Descriptor.Parser.ParseFrom([]);
            var envelope = TestService.EnvelopeOf(empty, publisher, ++sequence, house.Name("things"));
            using var reply = await house.Service.Deliver(envelope);
            Assert.True(reply.IsSuccessStatusCode, $"{line.Descriptor.Name}: {reply.StatusCode}");
        }

        Assert.True(applied.Count >= 22, "The page lost events.");
        Assert.Equal(
            [("EVENT_INVALID", (long)applied.Count)],
            await house.Service.Rows<(string, long)>("""SELECT reason, count(*) FROM inbox_parked GROUP BY reason""")
        );
    }
}
