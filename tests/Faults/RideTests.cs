using Mobility.Faults.V1;
using Xunit;
using Ride = Mobility.Faults.Ride;

namespace Mobility.Tests.Faults;

public sealed class RideTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_later_record_replaces_the_facts_and_keeps_the_name()
    {
        var first = new Ride
        {
            ClientId = "gangneung-kick",
            Id = Guid.CreateVersion7(Now),
            ExternalId = "R-1",
            StartTime = Now,
            UnlockOutcome = UnlockOutcome.Unlocked,
            CreateTime = Now,
        };
        var record = new Ride
        {
            ExternalId = "R-1",
            StartTime = Now,
            EndTime = Now.AddMinutes(5),
            DistanceMeters = 900,
            UnlockOutcome = UnlockOutcome.Unlocked,
            CreateTime = Now.AddMinutes(6),
        };

        var replaced = first.ReplacedBy(record);

        var expected = first with { EndTime = Now.AddMinutes(5), DistanceMeters = 900, Revision = 2 };
        Assert.Equal(expected, replaced);
        Assert.Equal(3, replaced.ReplacedBy(record).Revision);
    }
}
