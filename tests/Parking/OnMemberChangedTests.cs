using Grpc.Core;
using Mobility.Parking;
using Mobility.Parking.V1;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;
using Xunit;

namespace Mobility.Tests.Parking;

public sealed class OnMemberChangedTests
{
    [Fact]
    public async Task A_suspended_member_is_refused_and_an_active_one_is_not()
    {
        await using var house = await ParkingHouse.Open();
        var filed = await house.File();
        await house.Standing(house.Agent, MemberState.Active, 1);
        await house.Get(filed.Name);
        await house.Standing(house.Agent, MemberState.Suspended, 2);

        await Suspended(() => house.Get(filed.Name));
        await Suspended(() => house.Uphold(filed.Name));
        await Suspended(() => house.File(house.Complaining(), house.AsAgent));
        await Suspended(async () =>
            await house.Rpc.GetComplaintContactAsync(
                new GetComplaintContactRequest { Name = filed.Name, Purpose = "x" },
                house.AsAgent
            )
        );
        // Reporters are nobody's staff.
        await house.File();
        await house.Standing(house.Agent, MemberState.Active, 3);
        await house.Uphold(filed.Name);

        Task Suspended(Func<Task> call) => house.Refused(StatusCode.PermissionDenied, "MEMBER_SUSPENDED", call);
    }

    [Fact]
    public async Task Four_events_in_every_order_and_each_twice_leave_the_last_revision()
    {
        await using var house = await ParkingHouse.Open();
        foreach (var order in CopyOrders.Of(4))
        {
            var person = house.NewPerson();
            await CopyOrders.Bring(
                order,
                n => house.Standing(person, n % 2 == 0 ? MemberState.Suspended : MemberState.Active, n)
            );
            var rows = await house.Service.Rows<(int State, long Revision)>(
                """SELECT state, revision FROM members WHERE person = @person""",
                new { person }
            );
            Assert.Equal([((int)MemberState.Suspended, 4L)], rows);
        }
    }

    [Fact]
    public async Task What_names_no_member_of_the_client_is_parked()
    {
        await using var house = await ParkingHouse.Open();
        var id = house.NewId();
        MemberChanged[] wrong =
        [
            new()
            {
                Member = $"clients/seoul-kick/members/{id}",
                Person = $"people/{id}",
                Revision = 1,
            },
            new()
            {
                Member = $"{ParkingHouse.Parent}/members/{id}",
                Person = house.NewPerson(),
                Revision = 1,
            },
            new() { Member = $"{ParkingHouse.Parent}/members/{id}", Person = $"people/{id}" },
        ];
        foreach (var evt in wrong)
        {
            var refused = await Assert.ThrowsAsync<Refusal>(() => house.Service.Apply(OnMemberChanged.Handle, evt));
            Assert.Equal("EVENT_INVALID", refused.Reason);
        }
    }
}
