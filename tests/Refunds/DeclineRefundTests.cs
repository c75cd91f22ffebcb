using Grpc.Core;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

public sealed class DeclineRefundTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lead_and_officer_refuse_what_waits_and_what_was_held_is_free_again(bool byLead)
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForLead();

        var declined = await house.Decline(waiting, byLead ? house.AsLead : house.AsOfficer);

        Assert.Equal((RefundState.Declined, 2L), (declined.State, declined.Revision));
        Assert.Equal(byLead ? house.Lead : house.Officer, declined.DeclinedBy);
        Assert.Equal("근거가 부족합니다", declined.DeclineNote);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        var (type, data) = (await house.Service.Events())[^1];
        Assert.Equal(RefundDeclined.Descriptor.FullName, type);
        Assert.DoesNotContain("근거", data, StringComparison.Ordinal);
        Assert.Empty((await house.Rpc.GetRefundAsync(new() { Name = waiting.Name }, house.AsRider)).DeclineNote);
    }

    [Fact]
    public async Task A_lead_who_agreed_may_still_say_no_before_the_officer_speaks()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForOfficer();

        var declined = await house.Decline(waiting, house.AsLead);

        Assert.Equal(RefundState.Declined, declined.State);
        Assert.Single(declined.Approvals);
    }

    [Fact]
    public async Task Who_asked_cannot_decline_nor_can_another_vendors_lead()
    {
        await using var house = await OpenWithTiers();
        var own = await house.Ask(await house.Pay(90_000), 60_000, caller: house.AsLead);
        var stranger = await house.Another(MemberRole.Lead, "vendors/other-contact");

        await house.Refused(StatusCode.PermissionDenied, "SELF_APPROVAL", () => house.Decline(own, house.AsLead));
        await house.Refused(StatusCode.PermissionDenied, "OTHER_VENDOR", () => house.Decline(own, stranger));
        await house.Refused(StatusCode.PermissionDenied, "PERMISSION_DENIED", () => house.Decline(own, house.AsAgent));
    }

    [Fact]
    public async Task A_reason_is_needed_and_ten_repeats_at_once_are_one_refusal()
    {
        await using var house = await OpenWithTiers();
        var waiting = await house.AskForLead();
        var request = new DeclineRefundRequest { Name = waiting.Name };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.DeclineRefundAsync(request, house.AsLead)
        );
        request.Note = "중복 요청";
        request.RequestId = NewId();
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => house.Rpc.DeclineRefundAsync(request, house.AsLead).ResponseAsync)
        );

        Assert.Equal(["note", "request_id"], TestService.FieldsOf(error));
        Assert.Equal(2, Assert.Single(replies.Distinct()).Revision);
        await house.Refused(
            StatusCode.FailedPrecondition,
            "REFUND_NOT_AWAITING",
            () => house.Decline(waiting, house.AsLead)
        );
        await house.Refused(
            StatusCode.NotFound,
            "REFUND_UNKNOWN",
            async () =>
            {
                waiting.Name = $"{Parent}/refunds/{NewId()}";
                await house.Decline(waiting, house.AsLead);
            }
        );
    }
}
