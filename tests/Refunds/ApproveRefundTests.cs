using Google.Protobuf;
using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class ApproveRefundTests
{
    [Fact]
    public async Task A_refund_that_needs_a_lead_waits_with_its_amount_held_and_goes_once_one_agreed()
    {
        await using var house = await OpenWithTiers();

        var waiting = await house.AskForLead();

        Assert.Equal((RefundState.AwaitingApproval, MemberRole.Lead), (waiting.State, waiting.AwaitedRole));
        Assert.Equal(house.Now + TimeSpan.FromHours(24), waiting.ExpireTime.ToDateTimeOffset());
        Assert.Equal(DecisionOutcome.NeedsApproval, waiting.Decision.Outcome);
        Assert.Equal(("lead-agrees", "lead"), (waiting.Decision.Clause, Assert.Single(waiting.Decision.AllowedBy)));
        Assert.Equal((20_000L, 0L, 20_000L, 1L), await house.Held());
        Assert.Matches("^[0-9a-f]{64}$", waiting.RequestHash);

        var approved = await house.Approve(waiting, house.AsLead);

        Assert.Equal((RefundState.Approved, 2L), (approved.State, approved.Revision));
        Assert.Equal((MemberRole.Unspecified, null), (approved.AwaitedRole, approved.ExpireTime));
        var approval = Assert.Single(approved.Approvals);
        Assert.Equal((house.Lead, MemberRole.Lead), (approval.Person, approval.Role));
        Assert.Equal((waiting.RequestHash, house.Now), (approval.RequestHash, approval.CreateTime.ToDateTimeOffset()));
        await house.Until(waiting.Name, RefundState.Settled);
        Assert.Equal((0L, 20_000L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task The_chain_goes_from_the_lead_to_the_officer_and_each_step_is_told()
    {
        await using var house = await OpenWithTiers();
        var asked = await house.Ask(await house.Pay(90_000), 60_000);
        Assert.Equal(["lead", "client_officer"], asked.Decision.AllowedBy);

        var atOfficer = await house.Approve(asked, house.AsLead);
        Assert.Equal(
            (RefundState.AwaitingApproval, MemberRole.ClientOfficer, asked.ExpireTime),
            (atOfficer.State, atOfficer.AwaitedRole, atOfficer.ExpireTime)
        );
        Assert.Equal(["client_officer"], atOfficer.Decision.AllowedBy);
        var approved = await house.Approve(atOfficer, house.AsOfficer);

        Assert.Equal(RefundState.Approved, approved.State);
        Assert.Equal([house.Lead, house.Officer], approved.Approvals.Select(approval => approval.Person));
        await house.Until(asked.Name, RefundState.Settled);
        var told = (await house.Service.Events()).Where(evt => evt.Data.Contains(asked.Name, StringComparison.Ordinal));
        Assert.Equal(
            ["RefundAwaitingApproval", "RefundAwaitingApproval", "RefundApproved", "RefundSettled"],
            told.Select(evt => evt.Type[(evt.Type.LastIndexOf('.') + 1)..])
        );
        var second = JsonParser.Default.Parse<RefundAwaitingApproval>(told.ElementAt(1).Data).Refund;
        Assert.Equal((MemberRole.ClientOfficer, 2L), (second.AwaitedRole, second.Revision));
        Assert.Empty(second.FailedConditionCodes);
    }

    [Fact]
    public async Task A_lead_who_asks_skips_the_leads_step_and_never_the_officers()
    {
        await using var house = await OpenWithTiers();

        var small = await house.AskForLead(house.AsLead);
        var big = await house.Ask(await house.Pay(90_000), 60_000, caller: house.AsLead);

        Assert.Equal(RefundState.Approved, small.State);
        Assert.Equal((RefundState.AwaitingApproval, MemberRole.ClientOfficer), (big.State, big.AwaitedRole));
        Assert.Equal(RefundState.Approved, (await house.Approve(big, house.AsOfficer)).State);
    }

    [Fact]
    public async Task Nobody_agrees_to_the_own_request_nor_twice_in_two_roles()
    {
        await using var house = await OpenWithTiers();
        var own = await house.Ask(await house.Pay(90_000), 60_000, caller: house.AsLead);
        var big = await house.Ask(await house.Pay(90_000), 60_000);
        await house.Enrol(house.Agent, MemberRole.Lead);
        var promoted = house.Service.As(Role.Lead, house.Agent);

        // The agent was made a lead since: the same person all the same.
        await house.Refused(StatusCode.PermissionDenied, "SELF_APPROVAL", () => house.Approve(big, promoted));
        await house.Refused(StatusCode.PermissionDenied, "SELF_APPROVAL", () => house.Approve(own, house.AsLead));
        await house.Enrol(house.Agent, MemberRole.Agent);
        await house.Approve(big, house.AsLead);
        await house.Enrol(house.Lead, MemberRole.ClientOfficer, vendor: "");
        var twice = house.Service.As(Role.ClientOfficer, house.Lead);
        await house.Refused(StatusCode.PermissionDenied, "SELF_APPROVAL", () => house.Approve(big, twice));
        Assert.Equal(
            [("Lead", house.Lead)],
            await house.Rows<(string, string)>("""SELECT role, person FROM approval""")
        );
    }

    [Fact]
    public async Task A_second_use_is_none_and_a_repeat_of_the_call_gets_the_first_reply()
    {
        await using var house = await OpenWithTiers();
        var asked = await house.Ask(await house.Pay(90_000), 60_000);
        var request = Approving(asked);

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.ApproveRefundAsync(request, house.AsLead).ResponseAsync)
        );

        Assert.Single(replies.Distinct());
        Assert.Single(await house.Rows<int>("""SELECT step FROM approval"""));
        await house.Refused(StatusCode.FailedPrecondition, "APPROVAL_USED", () => house.Approve(asked, house.AsLead));
        request.Note = "다른 메모";
        await house.Refused(
            StatusCode.InvalidArgument,
            "REQUEST_ID_REUSED",
            async () => await house.Rpc.ApproveRefundAsync(request, house.AsLead)
        );
    }

    [Fact]
    public async Task An_approval_counts_for_the_request_of_its_hash_only()
    {
        await using var house = await OpenWithTiers();
        var payment = await house.Pay(50_000);
        var less = await house.Ask(payment, 15_000);
        var more = await house.Ask(payment, 14_999);
        Assert.NotEqual(less.RequestHash, more.RequestHash);
        var swapped = Approving(more);
        swapped.RequestHash = less.RequestHash;

        await house.Refused(
            StatusCode.FailedPrecondition,
            "APPROVAL_OF_ANOTHER_REQUEST",
            async () => await house.Rpc.ApproveRefundAsync(swapped, house.AsLead)
        );
        // The same hash beside an amount that somebody changed in the database.
        await house.Rows<int>(
            """UPDATE refund SET amount = 29000 WHERE client_id <> '' AND amount = 15000 RETURNING 1"""
        );
        await house.Refused(StatusCode.DataLoss, "REFUND_DAMAGED", () => house.Approve(less, house.AsLead));
    }

    [Fact]
    public async Task Who_belongs_to_another_company_or_is_not_awaited_or_not_active_is_refused()
    {
        await using var house = await OpenWithTiers();
        var asked = await house.Ask(await house.Pay(90_000), 60_000);
        var stranger = await house.Another(MemberRole.Lead, "vendors/other-contact");
        var hired = await house.Another(MemberRole.ClientOfficer, Vendor);

        await house.Refused(StatusCode.PermissionDenied, "OTHER_VENDOR", () => house.Approve(asked, stranger));
        await house.Refused(
            StatusCode.PermissionDenied,
            "ROLE_NOT_AWAITED",
            () => house.Approve(asked, house.AsOfficer)
        );
        await house.Refused(
            StatusCode.PermissionDenied,
            "PERMISSION_DENIED",
            () => house.Approve(asked, house.AsAgent)
        );
        await house.Approve(asked, house.AsLead);
        await house.Refused(StatusCode.PermissionDenied, "OTHER_VENDOR", () => house.Approve(asked, hired));
        var otherLead = await house.Another(MemberRole.Lead);
        await house.Refused(StatusCode.PermissionDenied, "ROLE_NOT_AWAITED", () => house.Approve(asked, otherLead));
        await house.Enrol(house.Officer, MemberRole.ClientOfficer, vendor: "", state: MemberState.Suspended);
        await house.Refused(
            StatusCode.PermissionDenied,
            "MEMBER_SUSPENDED",
            () => house.Approve(asked, house.AsOfficer)
        );
    }

    [Fact]
    public async Task Every_wrong_field_is_named_at_once_and_what_does_not_exist_is_not_found()
    {
        await using var house = await OpenWithTiers();
        var request = new ApproveRefundRequest { Name = "refunds/1", Note = new string('x', 4_001) };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ApproveRefundAsync(request, house.AsLead)
        );

        // The name comes first: no client, no further.
        Assert.Equal(["name", "request_hash", "note", "request_id"], TestService.FieldsOf(error));
        request = Approving(await house.AskForLead());
        request.Name = $"{Parent}/refunds/{NewId()}";
        await house.Refused(
            StatusCode.NotFound,
            "REFUND_UNKNOWN",
            async () => await house.Rpc.ApproveRefundAsync(request, house.AsLead)
        );
    }
}
