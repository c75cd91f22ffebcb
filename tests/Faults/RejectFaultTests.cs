using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;

namespace Mobility.Tests.Faults;

public sealed class RejectFaultTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task What_is_not_real_frees_the_vehicle()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var grounding = await house.CreateGrounding();

        var fault = await Reject(house, grounding);

        Assert.Equal((FaultState.Rejected, Grounding.Grounded), (fault.State, fault.Grounding));
        Assert.Equal((house.Technician, "Nothing found.", 2L), (fault.DecidedBy, fault.DecisionNote, fault.Revision));
        Assert.Equal((VehicleState.Available, 3L), await house.VehicleOf());
        var told = Assert.Single(await house.EventsOf<FaultRejected>()).Fault;
        Assert.Equal((fault.Name, 2L, FaultState.Rejected), (told.Fault, told.Revision, told.State));
        var freed = (await house.EventsOf<VehicleChanged>())[^1];
        Assert.Equal((VehicleState.Available, 3L), (freed.State, freed.Revision));
    }

    [Fact]
    public async Task Another_open_fault_keeps_the_vehicle_off_the_street()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var one = await house.CreateGrounding();
        var other = await house.CreateGrounding();

        await Reject(house, one);
        Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf());

        await Reject(house, other);
        Assert.Equal((VehicleState.Available, 3L), await house.VehicleOf());
    }

    [Fact]
    public async Task What_was_held_is_off_the_head_of_the_list_and_the_vehicle_stays_as_it_was()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();

        await Reject(house, await house.CreateHeld());

        Assert.Equal((VehicleState.Available, 1L), await house.VehicleOf());
        Assert.Equal([0L], await house.Service.Rows<long>("""SELECT count(*) FROM faults WHERE held"""));
    }

    [Fact]
    public async Task Crew_leads_and_client_officers_reject()
    {
        await using var house = await FaultsHouse.Open(one);
        var fault = await house.CreateHeld();

        await house.AdmitsOnly(
            async caller => await house.Rpc.RejectFaultAsync(Request(house, fault), caller),
            Role.Technician,
            Role.Lead,
            Role.ClientOfficer
        );
    }

    [Fact]
    public async Task A_fault_that_changed_since_is_not_decided_unseen()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = Request(house, await house.CreateHeld());
        request.Etag = "\"9\"";

        await house.Refused(
            StatusCode.Aborted,
            "ETAG_MISMATCH",
            async () => await house.Rpc.RejectFaultAsync(request, house.AsTechnician)
        );
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        await using var house = await FaultsHouse.Open(one);
        var none = new Fault { Name = $"{FaultsHouse.Parent}/faults/{house.NewId()}" };

        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Reject(house, none));
    }

    [Fact]
    public async Task Nobody_rejects_without_a_word()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = Request(house, await house.CreateHeld());
        request.Note = "";
        request.RequestId = "";

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.RejectFaultAsync(request, house.AsTechnician)
        );

        Assert.Equal(["note", "request_id"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await FaultsHouse.Open();
        var request = Request(house, await house.CreateHeld());

        await house.TenAtOnce(async () => await house.Rpc.RejectFaultAsync(request, house.AsTechnician));

        Assert.Equal(["FaultReported", "FaultRejected"], await house.EventNames());
    }

    private static async Task<Fault> Reject(FaultsHouse house, Fault fault) =>
        await house.Rpc.RejectFaultAsync(Request(house, fault), house.AsTechnician);

    private static RejectFaultRequest Request(FaultsHouse house, Fault fault) =>
        new()
        {
            Name = fault.Name,
            Note = "Nothing found.",
            RequestId = house.NewId(),
        };
}
