using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

/// <summary>What the gateway's record of a payment of 10,000 won says against our books.</summary>
public sealed class PaymentComparisonTests
{
    private static readonly Guid Id = Guid.Parse("0195a1b2-0000-7000-8000-000000000001");
    private static readonly OwnCancel Settled = new(Id, RefundState.Settled, 4_000, "TX1", Noon.AddDays(-1));
    private static readonly CancelAtGateway Ours = new("TX1", 4_000, 6_000, $"Mobility refund {Id}", "DONE");
    private static readonly CancelAtGateway Console = new("TX2", 1_000, 5_000, "고객 요청", "DONE");

    [Fact]
    public void What_both_sides_have_is_explained()
    {
        var found = Compare(6_000, [Ours], [Settled]);

        Assert.Empty(found.Adopt);
        Assert.Empty(found.Returned);
        Assert.Empty(found.Findings);
    }

    [Fact]
    public void A_cancel_past_us_is_adopted_and_once_it_is_known_it_is_explained()
    {
        var found = Compare(5_000, [Ours, Console], [Settled]);

        Assert.Equal([Console], found.Adopt);
        Assert.Empty(found.Findings);
        var later = Compare(5_000, [Ours, Console], [Settled], [new("TX2", 1_000, Returned: false)]);
        Assert.Empty(later.Adopt);
        Assert.Empty(later.Findings);
    }

    [Theory]
    [InlineData(RefundState.Approved)]
    [InlineData(RefundState.Dispatching)]
    [InlineData(RefundState.Unconfirmed)]
    [InlineData(RefundState.UnderReview)]
    public void A_cancel_of_a_refund_that_is_under_way_is_left_to_it(RefundState state)
    {
        var found = Compare(6_000, [Ours], [Settled with { State = state, TransactionKey = "" }]);

        Assert.Empty(found.Adopt);
        if (state != RefundState.Approved)
        {
            Assert.Empty(found.Findings);
        }
    }

    [Fact]
    public void A_cancel_that_names_a_refund_with_a_person_and_does_not_prove_it_is_named()
    {
        var review = Settled with { State = RefundState.UnderReview, TransactionKey = "" };
        var adopted = new AdoptedCancel("TX2", 1_000, Returned: false);
        var first = Console with { BalanceAfter = 9_000 };
        var second = Ours with { BalanceAfter = 5_000 };

        // After another cancel it has another balance than it was sent with, and is proven by the chain of both.
        Assert.Empty(Compare(5_000, [first, second], [review], [adopted]).Findings);
        Assert.Empty(Compare(5_000, [second, first], [review], [adopted]).Findings);
        foreach (var odd in new[] { second with { Amount = 3_999 }, second with { BalanceAfter = 5_001 } })
        {
            Assert.Equal([PaymentComparison.NotProven], Compare(5_000, [first, odd], [review], [adopted]).Findings);
        }
        var twice = second with { TransactionKey = "TX3", BalanceAfter = 1_000 };
        Assert.Equal(
            [PaymentComparison.NotProven],
            Compare(1_000, [first, second, twice], [review], [adopted]).Findings
        );
    }

    [Theory]
    [InlineData(RefundState.Failed)]
    [InlineData(RefundState.Withdrawn)]
    public void A_cancel_of_a_refund_that_was_let_go_is_adopted_and_named(RefundState state)
    {
        var found = Compare(6_000, [Ours], [Settled with { State = state, TransactionKey = "" }]);

        Assert.Equal([Ours], found.Adopt);
        Assert.Equal([PaymentComparison.NotOursAnyMore], found.Findings);
    }

    [Fact]
    public void A_cancel_of_a_refund_that_a_restored_database_does_not_know_is_adopted_and_named()
    {
        var found = Compare(6_000, [Ours], []);

        Assert.Equal([Ours], found.Adopt);
        Assert.Equal([PaymentComparison.NotOursAnyMore], found.Findings);
    }

    [Fact]
    public void A_second_cancel_under_the_name_of_a_settled_refund_is_never_taken_for_it()
    {
        var again = Ours with { TransactionKey = "TX3", BalanceAfter = 2_000 };

        var found = Compare(2_000, [Ours, again], [Settled]);

        Assert.Equal([again], found.Adopt);
        Assert.Equal([PaymentComparison.NotOursAnyMore], found.Findings);
    }

    [Fact]
    public void A_cancel_that_came_to_nothing_returns_its_refund_or_takes_back_what_was_adopted()
    {
        var found = Compare(
            10_000,
            [Ours with { Status = "ABORTED" }, Console with { Status = "ABORTED" }],
            [Settled],
            [new("TX2", 1_000, Returned: false)]
        );

        Assert.Equal([Id], found.Returned);
        Assert.Equal(["TX2"], found.TakenBack);
        Assert.Empty(found.Findings);
        Assert.Empty(Compare(10_000, [Console with { Status = "ABORTED" }], []).Adopt);
    }

    [Fact]
    public void What_has_come_back_already_is_not_entered_again()
    {
        var found = Compare(
            10_000,
            [Ours with { Status = "ABORTED" }, Console with { Status = "ABORTED" }],
            [Settled with { State = RefundState.Returned }],
            [new("TX2", 1_000, Returned: true)]
        );

        Assert.Empty(found.Returned);
        Assert.Empty(found.TakenBack);
        Assert.Empty(found.Findings);
    }

    [Fact]
    public void A_settled_refund_that_the_list_lacks_is_named_once_lists_cannot_be_late_any_more()
    {
        var fresh = Settled with { SettleTime = Noon.AddMinutes(-10) };

        Assert.Empty(Compare(10_000, [], [fresh]).Findings);
        Assert.Equal([PaymentComparison.NotAtGateway], Compare(10_000, [], [Settled]).Findings);
    }

    [Fact]
    public void A_won_that_no_cancel_explains_is_named()
    {
        Assert.Equal([PaymentComparison.BalanceUnexplained], Compare(5_999, [Ours], [Settled]).Findings);
        Assert.Equal(
            [PaymentComparison.AmountDiffers],
            Compare(6_000, [Ours with { Amount = 3_999 }], [Settled]).Findings
        );
        var other = new PaymentAtGateway("pay-1", 10_001, 6_000, [Ours]);
        Assert.Equal(
            [PaymentComparison.TotalDiffers],
            PaymentComparison.Of(other, Books([Settled], []), Noon).Findings
        );
    }

    [Fact]
    public void While_an_entry_is_not_final_the_balance_may_be_either()
    {
        var running = Console with { Status = "IN_PROGRESS" };

        var found = Compare(5_000, [Ours, running], [Settled]);

        Assert.Empty(found.Adopt);
        Assert.Empty(found.Findings);
    }

    private static PaymentComparison Compare(
        long balance,
        CancelAtGateway[] cancels,
        OwnCancel[] own,
        params AdoptedCancel[] adopted
    ) => PaymentComparison.Of(new("pay-1", 10_000, balance, cancels), Books(own, adopted), Noon);

    private static PaymentBooks Books(OwnCancel[] own, AdoptedCancel[] adopted) =>
        new(
            10_000,
            10_000
                - own.Where(refund => refund.State == RefundState.Settled).Sum(refund => refund.Amount)
                - adopted.Where(one => !one.Returned).Sum(one => one.Amount),
            own,
            adopted
        );
}
