using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;

namespace Mobility.Tests.Faults;

public sealed class ConfirmFaultTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task To_confirm_what_was_held_takes_the_vehicle_off_the_street()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var held = await house.CreateHeld();
        house.Service.Clock.Advance(TimeSpan.FromMinutes(5));

        var fault = await Confirm(house, held, "Cable torn.");

        Assert.Equal(
            (FaultState.Confirmed, Grounding.Grounded, "CONFIRMED"),
            (fault.State, fault.Grounding, fault.GroundingReason)
        );
        Assert.Equal((house.Technician, "Cable torn."), (fault.DecidedBy, fault.DecisionNote));
        Assert.Equal((2L, "\"2\"", house.Now), (fault.Revision, fault.Etag, fault.UpdateTime.ToDateTimeOffset()));
        Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf());
        var told = Assert.Single(await house.EventsOf<FaultConfirmed>()).Fault;
        Assert.Equal(
            (fault.Name, 2L, FaultState.Confirmed, Grounding.Grounded),
            (told.Fault, told.Revision, told.State, told.Grounding)
        );
        Assert.DoesNotContain(await house.Service.Events(), e => e.Data.Contains("Cable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task To_confirm_what_grounds_already_changes_the_vehicle_no_more()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();

        var fault = await Confirm(house, await house.CreateGrounding());

        Assert.Equal("CREW_OR_AGENT", fault.GroundingReason);
        Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf());
        Assert.Equal(["VehicleChanged", "FaultReported", "VehicleChanged", "FaultConfirmed"], await house.EventNames());
    }

    [Fact]
    public async Task To_confirm_a_fault_of_nobody_knows_which_vehicle_grounds_none()
    {
        await using var house = await FaultsHouse.Open();

        var fault = await Confirm(house, await house.CreateHeld());

        Assert.Equal((FaultState.Confirmed, Grounding.Held), (fault.State, fault.Grounding));
        Assert.Equal(["FaultReported", "FaultConfirmed"], await house.EventNames());
    }

    [Fact]
    public async Task Crew_leads_and_client_officers_confirm()
    {
        await using var house = await FaultsHouse.Open(one);
        var fault = await house.CreateHeld();

        await house.AdmitsOnly(
            async caller => await house.Rpc.ConfirmFaultAsync(Request(house, fault), caller),
            Role.Technician,
            Role.Lead,
            Role.ClientOfficer
        );
    }

    [Fact]
    public async Task A_fault_that_changed_since_is_not_decided_unseen()
    {
        await using var house = await FaultsHouse.Open(one);
        var fault = await house.CreateHeld();
        var request = Request(house, fault);
        request.Etag = "\"2\"";

        await house.Refused(
            StatusCode.Aborted,
            "ETAG_MISMATCH",
            async () => await house.Rpc.ConfirmFaultAsync(request, house.AsTechnician)
        );

        request.Etag = fault.Etag;
        Assert.Equal("\"2\"", (await house.Rpc.ConfirmFaultAsync(request, house.AsTechnician)).Etag);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        await using var house = await FaultsHouse.Open(one);
        var none = new Fault { Name = $"{FaultsHouse.Parent}/faults/{house.NewId()}" };

        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Confirm(house, none));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = new ConfirmFaultRequest { Name = "GN-0001", Note = new string('x', 4_001) };

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.ConfirmFaultAsync(request, house.AsTechnician)
        );

        Assert.Equal(["name", "note", "request_id"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await FaultsHouse.Open();
        var request = Request(house, await house.CreateHeld());

        await house.TenAtOnce(async () => await house.Rpc.ConfirmFaultAsync(request, house.AsTechnician));

        Assert.Equal(["FaultReported", "FaultConfirmed"], await house.EventNames());
    }

    [Fact]
    public async Task Of_a_confirmation_and_a_rejection_at_once_one_wins()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var held = await house.CreateHeld();

        var outcomes = await Task.WhenAll(
            Attempt(() => Confirm(house, held)),
            Attempt(async () =>
                await house.Rpc.RejectFaultAsync(
                    new RejectFaultRequest
                    {
                        Name = held.Name,
                        Note = "No.",
                        RequestId = house.NewId(),
                    },
                    house.AsTechnician
                )
            )
        );

        Assert.Equal(
            "FAULT_ALREADY_" + outcomes.Single(o => !o.StartsWith("FAULT_", StringComparison.Ordinal)),
            outcomes.Single(o => o.StartsWith("FAULT_", StringComparison.Ordinal))
        );

        static async Task<string> Attempt(Func<Task<Fault>> act)
        {
            try
            {
                return (await act()).State.ToString().ToUpperInvariant();
            }
            catch (RpcException refused)
            {
                return TestService.ReasonOf(refused);
            }
        }
    }

    private static async Task<Fault> Confirm(FaultsHouse house, Fault fault, string note = "") =>
        await house.Rpc.ConfirmFaultAsync(Request(house, fault, note), house.AsTechnician);

    private static ConfirmFaultRequest Request(FaultsHouse house, Fault fault, string note = "") =>
        new()
        {
            Name = fault.Name,
            Note = note,
            RequestId = house.NewId(),
        };
}
