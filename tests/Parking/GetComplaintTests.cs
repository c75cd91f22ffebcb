using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class GetComplaintTests(OneService<ParkingApp> one) : IClassFixture<OneService<ParkingApp>>
{
    [Fact]
    public async Task Staff_sees_all_but_the_code_and_the_contact()
    {
        await using var house = await ParkingHouse.Open();
        var vehicle = await house.Vehicle("GN-0001");
        var request = house.Complaining("GN-0001");
        request.Complaint.Contact = "010-1234-5678";
        var filed = await house.File(request);

        var seen = await house.Get(filed.Name);

        Assert.Equal(("", "", true), (seen.TrackingCode, seen.Contact, seen.HasContact));
        Assert.Equal([vehicle], seen.Vehicles);
        Assert.Equal((filed.Note, filed.CreateTime, "\"1\""), (seen.Note, seen.CreateTime, seen.Etag));
        Assert.Empty(seen.Candidates);
    }

    [Fact]
    public async Task Another_clients_complaint_is_out_of_reach()
    {
        await using var house = await ParkingHouse.Open(one);
        var filed = await house.File();
        var get = new GetComplaintRequest { Name = filed.Name };
        await house.Refused(
            StatusCode.PermissionDenied,
            "PERMISSION_DENIED",
            async () =>
                await house.Rpc.GetComplaintAsync(get, house.As(Role.Agent, house.Agent, TestIssuer.OtherClient))
        );
        get.Name = filed.Name.Replace(TestIssuer.Client, TestIssuer.OtherClient, StringComparison.Ordinal);
        await house.Refused(
            StatusCode.NotFound,
            "COMPLAINT_NOT_FOUND",
            async () =>
                await house.Rpc.GetComplaintAsync(get, house.As(Role.Agent, house.Agent, TestIssuer.OtherClient))
        );
    }

    [Fact]
    public async Task Only_staff_reads()
    {
        await using var house = await ParkingHouse.Open(one);
        var get = new GetComplaintRequest { Name = (await house.File()).Name };
        await house.AdmitsOnly(
            async caller => await house.Rpc.GetComplaintAsync(get, caller),
            Role.Agent,
            Role.Lead,
            Role.Technician,
            Role.ClientOfficer,
            Role.Auditor
        );
    }
}
