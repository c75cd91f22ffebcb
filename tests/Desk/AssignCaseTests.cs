using Grpc.Core;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class AssignCaseTests(OneService<DeskApp> one) : IClassFixture<OneService<DeskApp>>
{
    [Fact]
    public async Task An_agent_takes_a_case_and_a_lead_gives_it()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        var taken = await house.Assign(opened.Name, house.OtherAgent, house.AsOtherAgent);
        var given = await house.Assign(opened.Name, house.Agent, house.AsLead);

        Assert.Equal((house.OtherAgent, house.Agent, 3L), (taken.Owner, given.Owner, given.Revision));
        var line = given.Log[^1];
        Assert.Equal((CaseLogKind.Assigned, house.Lead, house.Agent), (line.Kind, line.Actor, line.Subject));
    }

    [Fact]
    public async Task What_was_handed_over_the_lead_alone_gives_back()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        await house.HandOver(opened.Name);

        await house.Refused(
            StatusCode.PermissionDenied,
            "CASE_WITH_LEAD",
            () => house.Assign(opened.Name, house.Agent, house.AsAgent)
        );
        var given = await house.Assign(opened.Name, house.Agent, house.AsLead);

        Assert.Equal((house.Agent, false), (given.Owner, given.HandedOver));
    }

    [Fact]
    public async Task An_agent_gives_no_case_to_another()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        await house.Refused(
            StatusCode.PermissionDenied,
            "AGENT_TAKES_ONLY",
            () => house.Assign(opened.Name, house.OtherAgent, house.AsAgent)
        );
    }

    [Fact]
    public async Task Nobody_gets_it_who_is_off_duty_or_suspended()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();

        await OffDuty(house.Deputy);
        await house.Enrol(house.OtherAgent, MemberRole.Agent, MemberState.Suspended);
        await OffDuty(house.OtherAgent);

        Task OffDuty(string person) =>
            house.Refused(
                StatusCode.FailedPrecondition,
                "OWNER_NOT_ON_DUTY",
                () => house.Assign(opened.Name, person, house.AsLead)
            );
    }

    [Fact]
    public async Task A_closed_case_is_nobodys_any_more()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        await house.Close(opened.Name);

        await house.Refused(
            StatusCode.FailedPrecondition,
            "CASE_ALREADY_CLOSED",
            () => house.Assign(opened.Name, house.Agent, house.AsAgent)
        );
    }

    [Fact]
    public async Task Of_two_who_saw_the_same_revision_one_takes_it()
    {
        await using var house = await OpenStaffed();
        var opened = await house.Create();
        var before = await house.Get(opened.Name);
        var tries = await Task.WhenAll(Try(house.Agent, house.AsAgent), Try(house.OtherAgent, house.AsOtherAgent));

        Assert.Equal(["", "ETAG_MISMATCH"], tries.Order(StringComparer.Ordinal));

        async Task<string> Try(string owner, Metadata caller)
        {
            var request = new AssignCaseRequest
            {
                Name = opened.Name,
                Etag = before.Etag,
                Owner = owner,
                RequestId = house.NewId(),
            };
            try
            {
                await house.Rpc.AssignCaseAsync(request, caller);
                return "";
            }
            catch (RpcException refused)
            {
                return Support.TestService.ReasonOf(refused);
            }
        }
    }

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        await using var house = await OpenStaffed(one);
        var request = new AssignCaseRequest { Name = "x", Owner = "somebody" };

        await house.Invalid(
            async () => await house.Rpc.AssignCaseAsync(request, house.AsLead),
            "owner",
            "name",
            "request_id"
        );
        await house.Refused(
            StatusCode.NotFound,
            "CASE_NOT_FOUND",
            () => house.Assign(house.Name("cases"), house.Agent, house.AsAgent)
        );
    }

    [Fact]
    public async Task Only_agents_and_leads_assign()
    {
        await using var house = await OpenStaffed(one);
        var opened = await house.Create();

        await house.AdmitsOnly(caller => house.Assign(opened.Name, house.Agent, caller), Role.Agent, Role.Lead);
    }
}
