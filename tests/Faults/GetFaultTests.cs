using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;
using Fault = Mobility.Faults.V1.Fault;

namespace Mobility.Tests.Faults;

public sealed class GetFaultTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Theory]
    [InlineData(Role.Agent)]
    [InlineData(Role.Lead)]
    [InlineData(Role.Technician)]
    [InlineData(Role.ClientOfficer)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Operator)]
    public async Task Staff_reads_a_fault_as_it_was_created(Role role)
    {
        await using var house = await FaultsHouse.Open(one);
        await house.Register($"GN-{role}");
        var request = house.Report(code: $"UNKNOWN-{role}");
        request.Fault.PositionAccuracyMeters = 3.25;
        var fault = await house.Create(request);

        Assert.Equal(fault, await Get(house, fault.Name, house.As(role, house.NewPerson())));
    }

    [Fact]
    public async Task A_rider_reads_own_faults_only_and_anothers_is_as_good_as_none()
    {
        await using var house = await FaultsHouse.Open(one);
        var fault = await house.CreateHeld();
        var nobodys = await house.Create(house.Report(), house.AsAgent);

        Assert.Equal(fault, await Get(house, fault.Name, house.AsRider));
        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Get(house, fault.Name, house.AsOtherRider));
        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Get(house, nobodys.Name, house.AsRider));
    }

    [Fact]
    public async Task A_rider_reads_what_an_agent_filed_for_him()
    {
        await using var house = await FaultsHouse.Open();
        var request = house.Report();
        request.Fault.Reporter = house.Rider;
        var fault = await house.Create(request, house.AsAgent);

        Assert.Equal(fault, await Get(house, fault.Name, house.AsRider));
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        await using var house = await FaultsHouse.Open(one);
        var name = $"{FaultsHouse.Parent}/faults/{house.NewId()}";

        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Get(house, name, house.AsAgent));
    }

    [Fact]
    public async Task A_fault_of_another_client_is_not_found_under_ones_own()
    {
        await using var house = await FaultsHouse.Open(one);
        var fault = await house.CreateHeld();
        var moved = fault.Name.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);

        var caller = house.As(Role.Agent, house.Agent, TestIssuer.OtherClient);
        await house.Refused(StatusCode.NotFound, "FAULT_NOT_FOUND", () => Get(house, moved, caller));
        await house.Refused(StatusCode.PermissionDenied, "PERMISSION_DENIED", () => Get(house, fault.Name, caller));
    }

    [Theory]
    [InlineData("")]
    [InlineData("faults/1")]
    [InlineData("clients/gangneung-kick/rides/0195f0a0-0000-7000-8000-000000000001")]
    [InlineData("clients/gangneung-kick/faults/0195F0A0-0000-7000-8000-00000000000A")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await using var house = await FaultsHouse.Open(one);

        var refused = await house.Refused(
            StatusCode.InvalidArgument,
            "FIELD_INVALID",
            () => Get(house, name, house.AsAgent)
        );

        Assert.Equal(["name"], TestService.FieldsOf(refused));
    }

    private static async Task<Fault> Get(FaultsHouse house, string name, Metadata caller) =>
        await house.Rpc.GetFaultAsync(new GetFaultRequest { Name = name }, caller);
}
