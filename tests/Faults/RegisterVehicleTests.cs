using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Faults;

public sealed class RegisterVehicleTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task A_vehicle_is_registered_and_announced()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.Registration(" gn-0001 ");

        var vehicle = await house.Rpc.RegisterVehicleAsync(request, house.AsOperator);

        Assert.Matches("^clients/gangneung-kick/vehicles/[0-9a-f-]{36}$", vehicle.Name);
        Assert.Equal(("GN-0001", "scooter", "fleet-7"), (vehicle.PrintedCode, vehicle.Product, vehicle.ExternalId));
        Assert.Equal((VehicleState.Available, 1L, "\"1\""), (vehicle.State, vehicle.Revision, vehicle.Etag));
        Assert.Null(vehicle.GroundTime);
        Assert.Equal(house.Now, vehicle.CreateTime.ToDateTimeOffset());
        var told = Assert.Single(await house.EventsOf<VehicleChanged>());
        Assert.Equal(
            (vehicle.Name, 1L, "scooter", VehicleState.Available, "GN-0001", vehicle.UpdateTime),
            (told.Vehicle, told.Revision, told.Product, told.State, told.PrintedCode, told.UpdateTime)
        );
    }

    [Theory]
    [InlineData("GN-0001", "GN-0001")]
    [InlineData("GN-0002", "gn-0002")]
    [InlineData("GN-0003", "ＧＮ－０００３")]
    public async Task A_printed_code_in_use_is_refused_however_it_is_typed(string code, string typed)
    {
        await using var house = await FaultsHouse.Open(one);
        await house.Register(code);

        await house.Refused(StatusCode.AlreadyExists, "PRINTED_CODE_IN_USE", () => house.Register(typed));
    }

    [Fact]
    public async Task Two_clients_may_print_the_same_code()
    {
        await using var house = await FaultsHouse.Open();
        var here = await house.Register("GN-0001");
        var request = house.Registration("GN-0001");
        request.Parent = $"clients/{TestIssuer.OtherClient}";

        var caller = house.As(Role.Operator, "systems/fleet", TestIssuer.OtherClient);
        var there = await house.Rpc.RegisterVehicleAsync(request, caller);

        Assert.StartsWith("clients/seoul-kick/vehicles/", there.Name, StringComparison.Ordinal);
        Assert.NotEqual(here.Name, there.Name);
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await FaultsHouse.Open(one);
        var request = house.Registration("코드!");
        request.RequestId = "once more";
        request.Vehicle.Product = "moped";
        request.Vehicle.ExternalId = new string('x', 65);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.RegisterVehicleAsync(request, house.AsOperator)
        );

        Assert.Equal(
            ["request_id", "vehicle.printed_code", "vehicle.product", "vehicle.external_id"],
            TestService.FieldsOf(refused)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("A B")]
    [InlineData("A_B")]
    [InlineData("\uFFFE\uFFFE")]
    [InlineData("A23456789012345678901234567890123")]
    public async Task A_code_that_no_sticker_can_bear_is_refused(string code)
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => house.Register(code));

        Assert.Equal(["vehicle.printed_code"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task A_request_without_a_vehicle_or_a_client_is_refused()
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            async () => await house.Rpc.RegisterVehicleAsync(new RegisterVehicleRequest(), house.AsOperator)
        );

        Assert.Equal(["parent", "request_id", "vehicle", "vehicle.printed_code"], TestService.FieldsOf(refused));
    }

    [Fact]
    public async Task Only_the_operator_registers()
    {
        await using var house = await FaultsHouse.Open(one);

        await house.AdmitsOnly(
            async caller => await house.Rpc.RegisterVehicleAsync(house.Registration(), caller),
            Role.Operator
        );
    }

    [Fact]
    public async Task A_repeat_gets_the_first_reply()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.Registration();

        var vehicle = await house.TenAtOnce(async () =>
            await house.Rpc.RegisterVehicleAsync(request, house.AsOperator)
        );

        Assert.Equal(["VehicleChanged"], await house.EventNames());
        Assert.Equal((vehicle.State, 1L), await house.VehicleOf());
    }

    [Fact]
    public async Task A_request_id_is_good_for_one_body()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.Registration();
        await house.Rpc.RegisterVehicleAsync(request, house.AsOperator);
        request.Vehicle.ExternalId = "fleet-8";

        await house.Refused(
            StatusCode.InvalidArgument,
            "REQUEST_ID_REUSED",
            async () => await house.Rpc.RegisterVehicleAsync(request, house.AsOperator)
        );
    }

    [Fact]
    public async Task Of_ten_registrations_of_one_code_at_once_one_wins()
    {
        await using var house = await FaultsHouse.Open();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(Attempt)));

        Assert.Equal(9, outcomes.Count(reason => reason == "PRINTED_CODE_IN_USE"));
        Assert.Single(outcomes, "registered");
        Assert.Equal(["VehicleChanged"], await house.EventNames());

        async Task<string> Attempt()
        {
            try
            {
                await house.Register();
                return "registered";
            }
            catch (RpcException refused)
            {
                return TestService.ReasonOf(refused);
            }
        }
    }
}
