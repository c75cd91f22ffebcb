using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;

namespace Mobility.Tests.Faults;

public sealed class ResolveFaultTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task What_is_repaired_frees_the_vehicle()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var grounding = await house.CreateGrounding();

        var fault = await Resolve(house, grounding);

        Assert.Equal(FaultState.Resolved, fault.State);
        Assert.Equal((house.Technician, "Cable replaced.", 2L), (fault.DecidedBy, fault.DecisionNote, fault.Revision));
        Assert.Equal((VehicleState.Available, 3L), await house.VehicleOf());
        var told = Assert.Single(await house.EventsOf<FaultResolved>()).Fault;
        Assert.Equal((fault.Name, 2L, FaultState.Resolved), (told.Fault, told.Revision, told.State));
    }

    /// <summary>Every state and every action, through the API.</summary>
    public static TheoryData<string, string, string> Matrix() =>
        new()
        {
            { "", "confirm", "Confirmed" },
            { "", "reject", "Rejected" },
            { "", "resolve", "Resolved" },
            { "confirm", "confirm", "FAULT_ALREADY_CONFIRMED" },
            { "confirm", "reject", "FAULT_ALREADY_CONFIRMED" },
            { "confirm", "resolve", "Resolved" },
            { "reject", "confirm", "FAULT_ALREADY_REJECTED" },
            { "reject", "reject", "FAULT_ALREADY_REJECTED" },
            { "reject", "resolve", "FAULT_ALREADY_REJECTED" },
            { "resolve", "confirm", "FAULT_ALREADY_RESOLVED" },
            { "resolve", "reject", "FAULT_ALREADY_RESOLVED" },
            { "resolve", "resolve", "FAULT_ALREADY_RESOLVED" },
        };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task The_matrix_of_states_and_actions(string given, string action, string expected)
    {
        await using var house = await FaultsHouse.Open(one);
        var vehicle = await house.Register($"GN-{given}{action}");
        var fault = await house.CreateGrounding(vehicle.PrintedCode);
        if (given.Length > 0)
        {
            await Act(house, fault, given);
        }

        if (expected.StartsWith("FAULT_", StringComparison.Ordinal))
        {
            await house.Refused(StatusCode.FailedPrecondition, expected, () => Act(house, fault, action));
        }
        else
        {
            Assert.Equal(expected, (await Act(house, fault, action)).State.ToString());
        }
    }

    [Fact]
    public async Task What_is_confirmed_and_repaired_frees_the_vehicle_and_what_is_held_keeps_nothing()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var held = await house.CreateHeld();
        var other = await house.CreateHeld();
        await Act(house, held, "confirm");
        Assert.Equal((VehicleState.Grounded, 2L), await house.VehicleOf());

        await Act(house, held, "resolve");

        Assert.Equal((VehicleState.Available, 3L), await house.VehicleOf());
        Assert.Equal(FaultState.Reported, other.State);
    }

    [Fact]
    public async Task Crew_and_leads_resolve()
    {
        await using var house = await FaultsHouse.Open(one);
        var fault = await house.CreateHeld();

        await house.AdmitsOnly(
            async caller => await house.Rpc.ResolveFaultAsync(Request(house, fault), caller),
            Role.Technician,
            Role.Lead
        );
    }

    [Fact]
    public async Task A_fault_that_changed_since_is_not_decided_unseen()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = Request(house, await house.CreateHeld());
        request.Etag = "1";

        await house.Refused(
            StatusCode.Aborted,
            "ETAG_MISMATCH",
            async () => await house.Rpc.ResolveFaultAsync(request, house.AsTechnician)
        );
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        await using var house = await FaultsHouse.Open(one);
        var none = new Fault { Name = $"{FaultsHouse.Parent}/faults/{house.NewId()}" };

        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Resolve(house, none));
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = new ResolveFaultRequest { Note = new string('x', 4_001) };

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.ResolveFaultAsync(request, house.AsTechnician)
        );

        Assert.Equal(["name", "note", "request_id"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var request = Request(house, await house.CreateGrounding());

        await house.TenAtOnce(async () => await house.Rpc.ResolveFaultAsync(request, house.AsTechnician));

        Assert.Equal(
            ["VehicleChanged", "FaultReported", "VehicleChanged", "VehicleChanged", "FaultResolved"],
            await house.EventNames()
        );
    }

    [Fact]
    public async Task Faults_resolved_and_reported_at_once_leave_the_vehicle_as_the_open_ones_say()
    {
        await using var house = await FaultsHouse.Open();
        await house.Register();
        var given = new List<Fault>();
        for (var n = 0; n < 6; n++)
        {
            given.Add(await house.CreateGrounding());
        }

        await Task.WhenAll(given.Select(fault => Task.Run(() => Resolve(house, fault))));
        Assert.Equal((VehicleState.Available, 3L), await house.VehicleOf());

        var last = await house.CreateGrounding();
        await Task.WhenAll(Task.Run(() => Resolve(house, last)), Task.Run(() => house.CreateGrounding()));
        Assert.Equal(VehicleState.Grounded, (await house.VehicleOf()).State);
        var told = (await house.EventsOf<VehicleChanged>()).OrderBy(change => change.Revision).ToList();
        Assert.Equal(Enumerable.Range(1, told.Count).Select(n => (long)n), told.Select(change => change.Revision));
        Assert.Equal(VehicleState.Grounded, told[^1].State);
    }

    private static async Task<Fault> Act(FaultsHouse house, Fault fault, string action) =>
        action switch
        {
            "confirm" => await house.Rpc.ConfirmFaultAsync(
                new ConfirmFaultRequest { Name = fault.Name, RequestId = house.NewId() },
                house.AsTechnician
            ),
            "reject" => await house.Rpc.RejectFaultAsync(
                new RejectFaultRequest
                {
                    Name = fault.Name,
                    Note = "No.",
                    RequestId = house.NewId(),
                },
                house.AsTechnician
            ),
            _ => await Resolve(house, fault),
        };

    private static async Task<Fault> Resolve(FaultsHouse house, Fault fault) =>
        await house.Rpc.ResolveFaultAsync(Request(house, fault), house.AsTechnician);

    private static ResolveFaultRequest Request(FaultsHouse house, Fault fault) =>
        new()
        {
            Name = fault.Name,
            Note = "Cable replaced.",
            RequestId = house.NewId(),
        };
}
