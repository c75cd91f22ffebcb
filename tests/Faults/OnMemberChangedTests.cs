using Google.Protobuf;
using Grpc.Core;
using Mobility.Faults;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Faults;

public sealed class OnMemberChangedTests(OneService<FaultsApp> one) : IClassFixture<OneService<FaultsApp>>
{
    [Fact]
    public async Task A_suspended_member_is_refused_every_call_and_an_active_one_is_not()
    {
        await using var house = await FaultsHouse.Open();
        var fault = await house.CreateHeld();
        await Deliver(house, Changed(house, 1, MemberState.Active));
        await house.Create(house.Report(), house.AsAgent);
        await Deliver(house, Changed(house, 2, MemberState.Suspended));

        await Suspended(() => house.Create(house.Report(), house.AsAgent));
        await Suspended(async () =>
            await house.Rpc.GetFaultAsync(new GetFaultRequest { Name = fault.Name }, house.AsAgent)
        );
        await Suspended(async () =>
            await house.Rpc.ListFaultsAsync(new ListFaultsRequest { Parent = FaultsHouse.Parent }, house.AsAgent)
        );
        var resolve = new ResolveFaultRequest { Name = fault.Name, RequestId = house.NewId() };
        await Suspended(async () => await house.Rpc.ResolveFaultAsync(resolve, house.As(Role.Lead, house.Agent)));

        await Deliver(house, Changed(house, 3, MemberState.Active));
        await house.Create(house.Report(), house.AsAgent);

        Task<RpcException> Suspended(Func<Task> call) =>
            house.Refused(StatusCode.PermissionDenied, "MEMBER_SUSPENDED", call);
    }

    [Fact]
    public async Task A_person_of_whom_nothing_was_heard_stands_by_the_tokens_word()
    {
        await using var house = await FaultsHouse.Open();
        await Deliver(house, Changed(house, 1, MemberState.Suspended));

        await house.Create(house.Report(), house.AsTechnician);
    }

    [Fact]
    public async Task A_member_suspended_by_one_client_still_serves_another()
    {
        await using var house = await FaultsHouse.Open();
        await Deliver(house, Changed(house, 1, MemberState.Suspended));
        var request = new ListFaultsRequest { Parent = $"clients/{TestIssuer.OtherClient}" };

        await house.Rpc.ListFaultsAsync(request, house.As(Role.Agent, house.Agent, TestIssuer.OtherClient));
    }

    [Fact]
    public async Task A_state_that_a_later_version_invents_is_not_active()
    {
        await using var house = await FaultsHouse.Open();
        await Deliver(house, Changed(house, 1, (MemberState)7));

        await house.Refused(
            StatusCode.PermissionDenied,
            "MEMBER_SUSPENDED",
            () => house.Create(house.Report(), house.AsAgent)
        );
    }

    [Fact]
    public async Task Four_events_in_every_order_and_each_twice_leave_the_last_revision()
    {
        MemberState[] states = [MemberState.Active, MemberState.Suspended, MemberState.Active, MemberState.Suspended];
        await using var house = await FaultsHouse.Open();
        foreach (var order in Orders([1, 2, 3, 4]))
        {
            var person = house.NewPerson();
            foreach (var revision in order.Concat(order))
            {
                var evt = Changed(house, revision, states[revision - 1], person);
                await house.Service.Apply(Mobility.Faults.OnMemberChanged.Handle, evt);
            }

            var rows = await house.Service.Rows<(int State, long Revision, int Level)>(
                """SELECT state, revision, level FROM members WHERE person = @person""",
                new { person }
            );
            Assert.Equal([((int)MemberState.Suspended, 4L, 4)], rows);
        }
    }

    [Fact]
    public async Task The_same_event_delivered_twice_is_applied_once()
    {
        await using var house = await FaultsHouse.Open();
        var evt = Changed(house, 1, MemberState.Active);
        var id = Guid.CreateVersion7(house.Now);

        await Deliver(house, evt, id, sequence: 1);
        await Deliver(house, evt, id, sequence: 1);

        Assert.Equal([1L], await house.Service.Rows<long>("""SELECT count(*) FROM members"""));
        Assert.Equal(["APPLIED"], await house.Service.Rows<string>("""SELECT outcome FROM inbox"""));
    }

    [Theory]
    [InlineData("clients/seoul-kick/members/{0}", "people/{0}", 1)]
    [InlineData("clients/gangneung-kick/members/{0}", "people/0195f0a0-0000-7000-8000-00000000dead", 1)]
    [InlineData("clients/gangneung-kick/riders/{0}", "people/{0}", 1)]
    [InlineData("clients/gangneung-kick/members/{0}", "", 1)]
    [InlineData("clients/gangneung-kick/members/{0}", "people/{0}", 0)]
    public async Task An_event_that_names_no_member_of_its_client_is_parked(string member, string person, long revision)
    {
        await using var house = await FaultsHouse.Open(one);
        var id = house.NewId();
        var evt = Changed(house, revision, MemberState.Suspended);
        evt.Member = member.Replace("{0}", id, StringComparison.Ordinal);
        evt.Person = person.Replace("{0}", id, StringComparison.Ordinal);

        var eventId = Guid.CreateVersion7(house.Now);
        await Deliver(house, evt, eventId);

        Assert.Equal(
            ["EVENT_INVALID"],
            await house.Service.Rows<string>(
                """SELECT reason FROM inbox_parked WHERE event_id = @eventId""",
                new { eventId }
            )
        );
        Assert.Equal([0L], await house.Service.Rows<long>("""SELECT count(*) FROM members"""));
    }

    [Fact]
    public async Task What_refunds_tells_of_money_is_known_and_of_no_use_here()
    {
        await using var house = await FaultsHouse.Open();
        IMessage[] events =
        [
            new DelegationChanged(),
            new RefundApproved(),
            new RefundDenied(),
            new RefundWithdrawn(),
            new RefundSettled(),
            new RefundFailed(),
            new RefundReviewNeeded(),
            new RefundReturned(),
            new ExternalRefundsChanged(),
            new RefundDueAlerted(),
        ];

        foreach (var evt in events)
        {
            await Deliver(house, evt);
        }

        Assert.Equal(
            [("IGNORED", (long)events.Length)],
            await house.Service.Rows<(string, long)>("""SELECT outcome, count(*) FROM inbox GROUP BY outcome""")
        );
    }

    private static int sequences;

    private static async Task Deliver(FaultsHouse house, IMessage evt, Guid? id = null, long? sequence = null)
    {
        var number = sequence ?? Interlocked.Increment(ref sequences) + 1_000;
        var subject = $"{FaultsHouse.Parent}/members/{house.NewId()}";
        var envelope = TestService.EnvelopeOf(evt, "refunds", number, subject, id);
        using var reply = await house.Service.Deliver(envelope);
        reply.EnsureSuccessStatusCode();
    }

    private static MemberChanged Changed(FaultsHouse house, long revision, MemberState state, string? person = null)
    {
        person ??= house.Agent;
        return new()
        {
            Member = $"{FaultsHouse.Parent}/members/{person["people/".Length..]}",
            Revision = revision,
            Person = person,
            Vendor = "vendors/haenam-contact",
            Role = MemberRole.Agent,
            Level = (int)revision,
            State = state,
        };
    }

    private static IEnumerable<int[]> Orders(int[] items) =>
        items.Length <= 1
            ? [items]
            : items.SelectMany(first =>
                Orders([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest])
            );
}
