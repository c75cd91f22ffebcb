using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Desk.DeskHouse;

namespace Mobility.Tests.Desk;

public sealed class OnRefundSettledTests
{
    [Fact]
    public async Task It_closes_the_part_and_who_paid_hears_how_much_came_back()
    {
        await using var house = await OpenStaffed();
        var refund = house.Refund();

        await house.Apply(
            new RefundApproved { Refund = refund },
            new RefundSettled { Refund = Later(refund, RefundState.Settled, 3) }
        );

        Assert.Equal(CaseState.Closed, (await house.CaseOf(refund.Refund)).State);
        Assert.Equal(
            [(house.Rider, "refund-settled", "2300", "KRW")],
            await house.Service.Rows<(string, string, string, string)>(
                """
                SELECT recipient, kind, told_values->>'amount', told_values->>'currency' FROM messages
                """
            )
        );
    }

    [Fact]
    public async Task What_settled_by_itself_opens_no_case_and_is_told()
    {
        await using var house = await OpenStaffed();
        var refund = house.SystemRefund(RefundState.Settled);

        await house.Apply(new RefundSettled { Refund = refund });

        Assert.Equal(0L, Assert.Single(await house.Service.Rows<long>("""SELECT count(*) FROM cases""")));
        Assert.Equal(["refund-settled"], await house.ToldOf(refund.Refund));
    }

    [Fact]
    public async Task Late_proof_closes_what_had_to_be_looked_at_in_every_order()
    {
        await using var house = await Open();
        var refund = house.SystemRefund(RefundState.Approved);

        var rows = await house.InEveryOrder(
            new RefundApproved { Refund = refund },
            new RefundReviewNeeded { Refund = Later(refund, RefundState.UnderReview, 4) },
            new RefundSettled { Refund = Later(refund, RefundState.Settled, 5) }
        );

        Assert.Equal(1, rows.Count(row => row.StartsWith("case", StringComparison.Ordinal)));
    }
}
