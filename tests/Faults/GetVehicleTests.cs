using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Vehicle = Mobility.Faults.V1.Vehicle;

namespace Mobility.Tests.Faults;

public sealed class GetVehicleTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Theory]
    [InlineData(Role.Rider)]
    [InlineData(Role.Agent)]
    [InlineData(Role.Lead)]
    [InlineData(Role.Technician)]
    [InlineData(Role.ClientOfficer)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Operator)]
    public async Task Everybody_of_the_client_reads_a_vehicle_as_it_was_registered(Role role)
    {
        await using var house = await FaultsHouse.Open(one);
        var vehicle = await house.Register($"GN-{role}");

        var subject = role == Role.Rider ? house.Rider : house.NewPerson();
        Assert.Equal(vehicle, await Get(house, vehicle.Name, house.As(role, subject)));
    }

    [Fact]
    public async Task A_vehicle_that_a_fault_took_off_the_street_says_so_and_since_when()
    {
        await using var house = await FaultsHouse.Open();
        var vehicle = await house.Register();
        house.Service.Clock.Advance(TimeSpan.FromMinutes(5));
        await house.CreateGrounding();

        var after = await Get(house, vehicle.Name, house.AsTechnician);

        Assert.Equal((VehicleState.Grounded, 2L, "\"2\""), (after.State, after.Revision, after.Etag));
        Assert.Equal(house.Now, after.GroundTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task What_does_not_exist_or_is_another_clients_is_not_found()
    {
        await using var house = await FaultsHouse.Open(one);
        var vehicle = await house.Register();
        var moved = vehicle.Name.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);
        var missing = $"{FaultsHouse.Parent}/vehicles/{house.NewId()}";

        var caller = house.As(Role.Agent, house.Agent, TestIssuer.OtherClient);
        await house.Refused(StatusCode.NotFound, "VEHICLE_NOT_FOUND", () => Get(house, missing, house.AsAgent));
        await house.Refused(StatusCode.NotFound, "VEHICLE_NOT_FOUND", () => Get(house, moved, caller));
        await house.Refused(StatusCode.PermissionDenied, "PERMISSION_DENIED", () => Get(house, vehicle.Name, caller));
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused()
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => Get(house, $"{FaultsHouse.Parent}/rides/{house.NewId()}", house.AsAgent)
        );

        Assert.Equal(["name"], TestService.FieldsOf(refused));
    }

    private static async Task<Vehicle> Get(FaultsHouse house, string name, Metadata caller) =>
        await house.Rpc.GetVehicleAsync(new GetVehicleRequest { Name = name }, caller);
}
