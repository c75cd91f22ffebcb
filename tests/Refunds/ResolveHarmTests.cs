using Grpc.Core;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>Persons err, hurry, repeat themselves and change sides: no word does harm that stays unseen.</summary>
public sealed class ResolveHarmTests
{
    [Fact]
    public async Task A_transaction_that_the_books_have_already_proves_nothing()
    {
        await using var house = await Open();
        var (payment, refund) = await house.Reviewed();
        await house.Gateway.Cancel(payment.GatewayPaymentKey, """{"cancelReason":"고객 요청","cancelAmount":1000}""");
        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = payment.GatewayPaymentKey });
        await house.Until(
            async () => (await house.Rows<long>("""SELECT external FROM payment"""))[0] == 1_000,
            "the console's cancel in the books"
        );
        var key = Assert.Single(await house.Rows<string>("""SELECT transaction_key FROM external_refund"""));

        await house.Refused(
            StatusCode.FailedPrecondition,
            "TRANSACTION_KNOWN",
            () => house.Resolve(refund.Name, house.AsOfficer, key)
        );
    }

    [Fact]
    public async Task Another_refunds_transaction_proves_nothing_whichever_payment_it_is_of()
    {
        await using var house = await Open();
        await house.Grant();
        var settled = await house.Until((await house.Ask(await house.Pay(5_000), 3_000)).Name, RefundState.Settled);
        foreach (
            var one in (await house.Rpc.ListDelegationsAsync(new() { Parent = Parent }, house.AsOfficer)).Delegations
        )
        {
            await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(one), house.AsOfficer);
        }
        var (_, refund) = await house.Reviewed();

        await house.Refused(
            StatusCode.FailedPrecondition,
            "TRANSACTION_KNOWN",
            () => house.Resolve(refund.Name, house.AsOfficer, settled.GatewayTransactionKey)
        );
    }

    [Fact]
    public async Task Not_done_is_too_early_while_a_cancel_may_show_late()
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed(fresh: true);

        await house.Refused(
            StatusCode.FailedPrecondition,
            "REVIEW_TOO_EARLY",
            () => house.Resolve(refund.Name, house.AsOfficer)
        );
        house.Service.Clock.Advance(PaymentComparison.ListDelay);
        Assert.Single((await house.Resolve(refund.Name, house.AsOfficer)).Resolutions);
    }

    [Fact]
    public async Task Two_persons_who_err_are_found_out_by_the_next_comparisons_and_nobody_has_to_ask()
    {
        await using var house = await Open();
        house.Service.ErrorsExpected = true;
        var (_, refund) = await house.Reviewed();

        await house.Resolve(refund.Name, house.AsLead, "TX-MISTYPED");
        var settled = await house.Resolve(refund.Name, house.AsOfficer, "TX-MISTYPED");

        Assert.Equal(RefundState.Settled, settled.State);
        // The first comparison is too early to tell, and has the payment compared again.
        await house.Until(
            async () =>
                await house.Rows<bool>(
                    """SELECT coalesce(want_time - check_time >= '10 min', false) FROM payment_check"""
                )
                    is [true],
            "another comparison that is wanted"
        );
        house.Service.Clock.Advance(PaymentComparison.ListDelay + TimeSpan.FromSeconds(1));
        await house.Until(
            () =>
                Task.FromResult(
                    house.Service.LogLines.Any(line =>
                        line.Contains("is unexplained: NOT_AT_GATEWAY", StringComparison.Ordinal)
                    )
                ),
            "the error line"
        );
    }

    [Fact]
    public async Task Nobody_uses_up_the_words_of_another()
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed();
        for (var n = 0; n < 10; n++)
        {
            await house.Resolve(refund.Name, house.AsLead);
        }

        await house.Refused(
            StatusCode.ResourceExhausted,
            "REVIEW_EXHAUSTED",
            () => house.Resolve(refund.Name, house.AsLead)
        );
        Assert.Equal(RefundState.Failed, (await house.Resolve(refund.Name, house.AsOfficer)).State);
    }

    [Fact]
    public async Task The_word_of_a_lead_who_went_to_another_vendor_counts_no_more()
    {
        await using var house = await Open();
        var (_, refund) = await house.Reviewed();
        await house.Resolve(refund.Name, house.AsLead);
        await house.Enrol(house.Lead, MemberRole.Lead, "vendors/other-contact");

        Assert.Equal(RefundState.UnderReview, (await house.Resolve(refund.Name, house.AsOfficer)).State);
    }
}
