using Google.Protobuf.WellKnownTypes;
using Mobility.Desk.V1;
using Mobility.Parking;
using Mobility.Platform.Rpc;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class OnReporterToldTests
{
    [Fact]
    public async Task The_tracking_page_shows_what_was_told_once_and_oldest_first_in_whatever_order_it_came()
    {
        await using var house = await ParkingHouse.Open();
        foreach (var order in CopyOrders.Of(3))
        {
            var filed = await house.File();
            var ids = Enumerable.Range(0, 4).Select(_ => house.NewId()).ToList();

            await CopyOrders.Bring(
                order,
                n => house.Service.Apply(OnReporterTold.Handle, Told(house, filed.Name, ids[n], n))
            );

            var messages = (await house.Track(filed.TrackingCode)).Messages;
            Assert.Equal(["template-1", "template-2", "template-3"], messages.Select(m => m.Template));
            Assert.Equal("2026-03-02T01:30:00Z", messages[0].Values["due_time"]);
            Assert.Equal(house.Now.AddMinutes(2), messages[1].TellTime.ToDateTimeOffset());
        }
    }

    [Fact]
    public async Task One_that_comes_before_anything_is_known_of_the_complaint_is_kept()
    {
        await using var house = await ParkingHouse.Open();
        var complaint = $"{ParkingHouse.Parent}/complaints/{house.NewId()}";
        await house.Service.Apply(OnReporterTold.Handle, Told(house, complaint, house.NewId(), 1));
        Assert.Single(await house.Service.Rows<Guid>("""SELECT id FROM told_messages"""));
    }

    [Fact]
    public async Task What_tells_nobody_anything_is_parked()
    {
        await using var house = await ParkingHouse.Open();
        var complaint = $"{ParkingHouse.Parent}/complaints/{house.NewId()}";
        ReporterTold[] wrong =
        [
            new(Told(house, complaint, house.NewId(), 1)) { Name = "messages/1" },
            new(Told(house, complaint, house.NewId(), 1)) { Complaint = "" },
            new(Told(house, complaint, house.NewId(), 1)) { Template = "" },
            new(Told(house, complaint, house.NewId(), 1)) { TellTime = null },
        ];
        foreach (var evt in wrong)
        {
            var refused = await Assert.ThrowsAsync<Refusal>(() => house.Service.Apply(OnReporterTold.Handle, evt));
            Assert.Equal("EVENT_INVALID", refused.Reason);
        }
    }

    private static ReporterTold Told(ParkingHouse house, string complaint, string id, int minute) =>
        new()
        {
            Name = $"{ParkingHouse.Parent}/messages/{id}",
            Complaint = complaint,
            Template = $"template-{minute}",
            Values = { ["due_time"] = "2026-03-02T01:30:00Z" },
            TellTime = house.Now.AddMinutes(minute).ToTimestamp(),
        };
}
