using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Failure test 41: the government declares a temporary holiday in the middle of a day.</summary>
public sealed class HolidayDeclaredTests
{
    [Fact]
    public async Task A_temporary_holiday_that_is_declared_at_noon_counts_for_what_is_asked_for_from_then_on()
    {
        await using var house = await OpenWithTiers();
        var files = new HolidayFiles();
        // Monday 2 March 2026 is a substitute holiday.
        house.Service.Clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromMilliseconds(1));
        var before = await Claim(house);

        files.Put(HolidayFiles.Declared("2027-4", "2026-03-04"));
        house.Service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await files.TakenBy(house.Service);
        var after = await Claim(house);

        Assert.Equal("2026-03-05T15:00:00Z 2027-3", Text(before));
        Assert.Equal("2026-03-06T15:00:00Z 2027-4", Text(after));
        // What was promised stays: it is early and never late.
        Assert.Equal("2026-03-05T15:00:00Z 2027-3", Text(await house.Get(before.Name)));
        Assert.Equal("2026-03-05T15:00:00Z 2027-3", Text(await house.Approve(before, house.AsLead)));
        // Each is counted again by the version that it names.
        Assert.Equal(3, await LeafReplay.Agrees(house.Service.Db, TestIssuer.Client));
    }

    private static async Task<Refund> Claim(RefundsHouse house)
    {
        var ride = NewRide();
        await house.Deliver(house.RideOf(ride, meters: 900));
        return await house.Ask(await house.Pay(50_000, ride), 20_000, "OVERCHARGED");
    }

    private static string Text(Refund refund) =>
        $"{refund.DueTime.ToDateTimeOffset():yyyy-MM-ddTHH:mm:ssZ} {refund.CalendarVersion.Split(':')[0]}";
}
