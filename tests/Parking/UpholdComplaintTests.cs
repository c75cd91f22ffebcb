using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class UpholdComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task It_holds_for_every_complaint_of_the_episode_and_each_is_told_of()
    {
        await using var house = await ParkingHouse.Open();
        await house.Vehicle("GN-0001");
        var first = await house.File("GN-0001");
        var second = await house.File("GN-0001");
        var elsewhere = await house.File();

        var upheld = await house.Uphold(second.Name);

        Assert.Equal(
            (ComplaintState.Upheld, house.Agent, "맞습니다", 2L),
            (upheld.State, upheld.DecidedBy, upheld.DecisionNote, upheld.Revision)
        );
        Assert.Equal(ComplaintState.Upheld, (await house.Get(first.Name)).State);
        Assert.Equal(ComplaintState.Filed, (await house.Get(elsewhere.Name)).State);
        var told = (await house.EventsOf<ComplaintUpheld>()).Select(e => e.Complaint.Complaint);
        Assert.Equal([second.Name, first.Name], told);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply_and_changes_nothing()
    {
        await using var house = await ParkingHouse.Open();
        var request = house.Upholding((await house.File()).Name);

        var upheld = await ParkingHouse.TenAtOnce(async () =>
            await house.Rpc.UpholdComplaintAsync(request, house.AsAgent)
        );

        Assert.Equal("맞습니다", upheld.DecisionNote);
        Assert.Equal("가게 문 앞을 막고 있어요", upheld.Note);
        Assert.Single(await house.EventsOf<ComplaintUpheld>());
    }

    [Fact]
    public async Task The_vehicles_that_a_person_names_replace_what_was_read_wrong()
    {
        await using var house = await ParkingHouse.Open();
        var right = await house.Vehicle("GN-0002");
        await house.Vehicle("GN-0001");
        var neighbour = await house.File("GN-0001");
        var wrong = await house.File("GN-0001", "XX-1");
        Assert.Equal(1, (await house.Get(neighbour.Name)).OtherComplaintCount);

        var upheld = await house.Uphold(wrong.Name, "gn-0002");

        Assert.Equal([right], upheld.Vehicles);
        Assert.Equal(["gn-0002"], upheld.PrintedCodes);
        Assert.Empty(upheld.Flags);
        Assert.Equal(0, (await house.Get(neighbour.Name)).OtherComplaintCount);
        Assert.Equal(ComplaintState.Filed, (await house.Get(neighbour.Name)).State);
    }

    [Fact]
    public async Task A_decision_on_what_was_not_seen_is_refused()
    {
        await using var house = await ParkingHouse.Open(one);
        var filed = await house.File();
        var request = house.Upholding(filed.Name);
        request.Etag = "\"7\"";
        await house.Refused(
            StatusCode.Aborted,
            "ETAG_MISMATCH",
            async () => await house.Rpc.UpholdComplaintAsync(request, house.AsAgent)
        );

        request.Etag = filed.Etag;
        await house.Rpc.UpholdComplaintAsync(request, house.AsAgent);
        await house.Refused(StatusCode.FailedPrecondition, "COMPLAINT_ALREADY_UPHELD", () => house.Uphold(filed.Name));
    }

    [Fact]
    public async Task What_is_no_complaint_or_no_code_is_refused()
    {
        await using var house = await ParkingHouse.Open(one);
        var name = $"{ParkingHouse.Parent}/complaints/{house.NewId()}";
        await house.Refused(StatusCode.NotFound, "COMPLAINT_NOT_FOUND", () => house.Uphold(name));
        var request = house.Upholding("clients/gangneung-kick/complaints/1", [.. Enumerable.Repeat("x", 21)]);
        request.Note = new string('글', 4_001);
        request.RequestId = "";
        await house.Invalid(
            async () => await house.Rpc.UpholdComplaintAsync(request, house.AsAgent),
            "name",
            "note",
            "request_id",
            "printed_codes"
        );
    }

    [Fact]
    public async Task Only_agents_leads_and_officers_uphold()
    {
        await using var house = await ParkingHouse.Open(one);
        var name = (await house.File()).Name;
        await house.AdmitsOnly(
            async caller => await house.Rpc.UpholdComplaintAsync(house.Upholding(name), caller),
            Role.Agent,
            Role.Lead,
            Role.ClientOfficer
        );
    }
}
