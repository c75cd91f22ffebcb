using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>What no machine can find out two persons do, with what shows it.</summary>
public sealed class ResolveRefundTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_persons_who_say_that_nothing_was_done_let_the_amount_go(bool leadFirst)
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed();

        var heard = await house.Resolve(refund.Name, leadFirst ? house.AsLead : house.AsOfficer);

        Assert.Equal((RefundState.UnderReview, refund.Revision + 1), (heard.State, heard.Revision));
        Assert.Equal((3_000L, 0L, 3_000L, 1L), await house.Held());

        var failed = await house.Resolve(refund.Name, leadFirst ? house.AsOfficer : house.AsLead);

        Assert.Equal((RefundState.Failed, refund.Revision + 2), (failed.State, failed.Revision));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
        Assert.Equal(
            leadFirst ? [house.Lead, house.Officer] : [house.Officer, house.Lead],
            failed.Resolutions.Select(word => word.Person)
        );
        Assert.All(
            failed.Resolutions,
            word =>
                Assert.Equal(
                    (ReviewOutcome.NotDone, "", "게이트웨이 콘솔의 취소 목록을 확인했습니다"),
                    (word.Outcome, word.GatewayTransactionKey, word.Evidence)
                )
        );
        var (type, data) = (await house.Service.Events())[^1];
        Assert.Equal(RefundFailed.Descriptor.FullName, type);
        Assert.DoesNotContain("콘솔", data, StringComparison.Ordinal);
        Assert.Empty((await house.Rpc.GetRefundAsync(new() { Name = refund.Name }, house.AsRider)).Resolutions);
    }

    [Fact]
    public async Task Two_persons_who_name_the_same_transaction_settle_it_and_nobody_takes_that_one_for_another()
    {
        await using var house = await Open();
        var (payment, refund) = await house.Reviewed();
        // Done by hand without the refund's id: no machine can tell whose it is.
        await house.Gateway.Cancel(payment.GatewayPaymentKey, """{"cancelReason":"수기 환불","cancelAmount":3000}""");
        var cancels = (await house.Gateway.Query(payment.GatewayPaymentKey)).Body.GetProperty("cancels");
        var key = cancels[0].GetProperty("transactionKey").GetString()!;

        await house.Resolve(refund.Name, house.AsLead, key);
        var settled = await house.Resolve(refund.Name, house.AsOfficer, key);

        Assert.Equal((RefundState.Settled, key), (settled.State, settled.GatewayTransactionKey));
        Assert.Equal((0L, 3_000L, 0L, 0L), await house.Held());
        // A comparison that had read the books before the second word takes it for no other's.
        var there = new CancelAtGateway(key, 3_000, 2_000, "수기 환불", "DONE");
        var paymentId = Guid.Parse(payment.Name.Split('/')[^1]);
        Assert.False(
            await house
                .Service.Job()
                .Db.InTransaction(
                    TestIssuer.Client,
                    tx => ExternalRefundTable.Adopt(tx, paymentId, there),
                    CancellationToken.None
                )
        );
        Assert.Equal([0L], await house.Rows<long>("""SELECT external FROM payment"""));
    }

    [Fact]
    public async Task Words_that_differ_move_nothing_and_each_may_think_again()
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed();
        await house.Resolve(refund.Name, house.AsLead, "TX-1");
        await house.Resolve(refund.Name, house.AsOfficer, "TX-2");

        var heard = await house.Resolve(refund.Name, house.AsOfficer);

        Assert.Equal((RefundState.UnderReview, 3), (heard.State, heard.Resolutions.Count));
        Assert.Equal((3_000L, 0L, 3_000L, 1L), await house.Held());
        // What the lead said first does not count beside what the lead says now.
        await house.Resolve(refund.Name, house.AsLead, "TX-3");
        heard = await house.Resolve(refund.Name, house.AsOfficer, "TX-1");
        Assert.Equal(RefundState.UnderReview, heard.State);
        Assert.Equal(RefundState.Settled, (await house.Resolve(refund.Name, house.AsOfficer, "TX-3")).State);
    }

    [Fact]
    public async Task Two_leads_are_not_enough_two_officers_are_and_who_was_suspended_since_counts_no_more()
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed();
        await house.Resolve(refund.Name, house.AsLead);
        var colleague = await house.Another(MemberRole.Lead);
        Assert.Equal(RefundState.UnderReview, (await house.Resolve(refund.Name, colleague)).State);

        foreach (var lead in await house.Rows<Guid>("""SELECT person_id FROM member WHERE role = 'Lead'"""))
        {
            await house.Enrol($"people/{lead}", MemberRole.Lead, state: MemberState.Suspended);
        }
        Assert.Equal(RefundState.UnderReview, (await house.Resolve(refund.Name, house.AsOfficer)).State);
        Assert.Equal(RefundState.UnderReview, (await house.Resolve(refund.Name, house.AsOfficer)).State);

        var another = await house.Another(MemberRole.ClientOfficer);
        Assert.Equal(RefundState.Failed, (await house.Resolve(refund.Name, another)).State);
    }

    [Fact]
    public async Task Neither_who_asked_nor_who_gets_it_nor_another_vendor_has_a_word()
    {
        await using var house = await Open();
        var (payment, refund) = await house.Reviewed(asLead: true);
        var stranger = await house.Another(MemberRole.Lead, "vendors/other-contact");
        var rider = NewPerson();
        var enrolment = Enrolment(rider, MemberRole.ClientOfficer, vendor: "");
        enrolment.Member.Identity = new() { RiderAccounts = { payment.Customer } };
        await house.Rpc.EnrolMemberAsync(enrolment, house.AsOperator);

        await house.Refused(
            StatusCode.PermissionDenied,
            "SELF_APPROVAL",
            () => house.Resolve(refund.Name, house.AsLead)
        );
        await house.Refused(
            StatusCode.PermissionDenied,
            "SELF_DEALING",
            () => house.Resolve(refund.Name, house.Service.As(Role.ClientOfficer, rider))
        );
        await house.Refused(StatusCode.PermissionDenied, "OTHER_VENDOR", () => house.Resolve(refund.Name, stranger));
        await house.Refused(
            StatusCode.PermissionDenied,
            "PERMISSION_DENIED",
            () => house.Resolve(refund.Name, house.AsAgent)
        );
    }

    [Fact]
    public async Task Every_violation_is_named_and_only_a_refund_under_review_can_be_resolved()
    {
        await using var house = await OpenWithDelegation();
        var settled = await house.Until((await house.Ask(await house.Pay(5_000), 3_000)).Name, RefundState.Settled);
        var empty = new ResolveRefundRequest { Name = "refunds/1", GatewayTransactionKey = new string('K', 201) };
        var undone = Resolving(settled.Name, "TX-1");
        undone.Outcome = ReviewOutcome.NotDone;
        undone.Evidence = "  ";
        var unsaid = Resolving(settled.Name);
        unsaid.Outcome = ReviewOutcome.Done;

        Assert.Equal(
            ["name", "outcome", "gateway_transaction_key", "gateway_transaction_key", "evidence", "request_id"],
            await Violations(house, empty)
        );
        Assert.Equal(["gateway_transaction_key", "evidence"], await Violations(house, undone));
        Assert.Equal(["gateway_transaction_key"], await Violations(house, unsaid));
        await house.Refused(
            StatusCode.FailedPrecondition,
            "REFUND_NOT_UNDER_REVIEW",
            () => house.Resolve(settled.Name, house.AsOfficer)
        );
        await house.Refused(
            StatusCode.NotFound,
            "REFUND_UNKNOWN",
            () => house.Resolve($"{Parent}/refunds/{NewId()}", house.AsOfficer)
        );
    }

    [Fact]
    public async Task Ten_repeats_at_once_are_one_word_and_both_words_at_once_are_one_end()
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed();
        var (byLead, byOfficer) = (Resolving(refund.Name), Resolving(refund.Name));

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(n =>
                    n % 2 == 0
                        ? house.Rpc.ResolveRefundAsync(byLead, house.AsLead).ResponseAsync
                        : house.Rpc.ResolveRefundAsync(byOfficer, house.AsOfficer).ResponseAsync
                )
        );

        Assert.Equal(
            [RefundState.UnderReview, RefundState.Failed],
            replies.Distinct().OrderBy(reply => reply.Revision).Select(reply => reply.State)
        );
        Assert.Equal([2L], await house.Rows<long>("""SELECT count(*) FROM resolution"""));
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_word_has_the_gateway_asked_once_more_whose_proof_needs_nobody()
    {
        await using var house = await Open();
        var (payment, refund) = await house.Reviewed();
        await house.Gateway.Cancel(
            payment.GatewayPaymentKey,
            $$"""{"cancelReason":"Mobility refund {{refund.Name.Split('/')[^1]}}","cancelAmount":3000}"""
        );

        await house.Resolve(refund.Name, house.AsLead);

        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.Single(settled.Resolutions);
        Assert.Equal((0L, 3_000L, 0L, 0L), await house.Held());
    }

    private static async Task<IEnumerable<string>> Violations(RefundsHouse house, ResolveRefundRequest request)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await house.Rpc.ResolveRefundAsync(request, house.AsOfficer)
        );
        return TestService.FieldsOf(error);
    }
}
