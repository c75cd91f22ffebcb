using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

public sealed class CreateRefundConcurrencyTests
{
    [Fact]
    public async Task Partial_refunds_at_once_never_exceed_the_payment()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);

        var refunds = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => house.Ask(payment, 2_000)));

        Assert.Equal(2, Approved(refunds));
        Assert.All(
            refunds,
            refund => Assert.True(refund.State == RefundState.Approved || Says(refund, "AMOUNT_EXCEEDS_PAYMENT"))
        );
        await AllSettled(house, refunds);
        Assert.Equal(1_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
        await Adds_up(house);
    }

    [Fact]
    public async Task Two_vendors_at_once_never_exceed_the_payment()
    {
        await using var house = await OpenWithDelegation();
        await house.Grant(asked => asked.Vendor = "vendors/other-contact");
        var other = NewPerson();
        await house.Enrol(other, MemberRole.Agent, "vendors/other-contact");
        var asOther = house.Service.As(Role.Agent, other);
        var payments = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => house.Pay(5_000)));

        var refunds = await Task.WhenAll(
            payments.SelectMany(payment =>
                new[] { house.Ask(payment, 3_000), house.Ask(payment, 3_000, caller: asOther) }
            )
        );

        Assert.Equal(12, Approved(refunds));
        Assert.All(
            refunds,
            refund => Assert.True(refund.State == RefundState.Approved || Says(refund, "AMOUNT_EXCEEDS_PAYMENT"))
        );
        await AllSettled(house, refunds);
    }

    [Fact]
    public async Task Requests_at_once_fill_a_budget_exactly_to_its_limit()
    {
        await using var house = await Open();
        await house.Grant(asked => asked.Budgets[0].LimitAmount = Won(7_000));
        var payments = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => house.Pay()));

        var refunds = await Task.WhenAll(payments.Select(payment => house.Ask(payment, 1_000)));

        Assert.Equal(7, Approved(refunds));
        Assert.All(
            refunds,
            refund => Assert.True(refund.State == RefundState.Approved || Says(refund, "BUDGET_AMOUNT_EXCEEDED"))
        );
        await AllSettled(house, refunds);
        await Adds_up(house);
    }

    [Theory]
    [InlineData(BudgetDimension.Agent)]
    [InlineData(BudgetDimension.Delegation)]
    [InlineData(BudgetDimension.Reason)]
    [InlineData(BudgetDimension.Customer)]
    [InlineData(BudgetDimension.Payment)]
    public async Task Requests_at_once_fill_a_count_exactly_to_its_limit(BudgetDimension dimension)
    {
        await using var house = await Open();
        await house.Grant(asked =>
            asked.Budgets.Add(
                new Mobility.Refunds.V1.Budget
                {
                    Id = "count",
                    Dimension = dimension,
                    Window = BudgetWindow.RollingHours,
                    WindowHours = 24,
                    LimitCount = 3,
                }
            )
        );
        var payment = await house.Pay(10_000);

        var refunds = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => house.Ask(payment, 100)));

        Assert.Equal(3, Approved(refunds));
        Assert.All(
            refunds,
            refund => Assert.True(refund.State == RefundState.Approved || Says(refund, "BUDGET_COUNT_EXCEEDED"))
        );
    }

    [Fact]
    public async Task Budgets_taken_in_different_orders_lock_nobody_out()
    {
        await using var house = await Open();
        await house.Grant(asked =>
        {
            foreach (var id in new[] { "b", "a", "c" })
            {
                var budget = DayBudget(500_000);
                budget.Id = id;
                budget.Dimension = id == "a" ? BudgetDimension.Customer : BudgetDimension.Reason;
                asked.Budgets.Add(budget);
            }
        });
        var payments = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(n => house.Pay(customer: n % 2 == 0 ? null : NewRider()))
        );

        var refunds = await Task.WhenAll(payments.Select(payment => house.Ask(payment, 500)));

        Assert.Equal(10, Approved(refunds));
        await AllSettled(house, refunds);
        await Adds_up(house);
    }

    private static int Approved(IEnumerable<Refund> refunds) =>
        refunds.Count(refund => refund.State == RefundState.Approved);

    private static bool Says(Refund refund, string code) =>
        refund.Decision.FailedConditions.Any(failed => failed.Code == code);

    private static async Task AllSettled(RefundsHouse house, IEnumerable<Refund> refunds)
    {
        foreach (var refund in refunds.Where(refund => refund.State == RefundState.Approved))
        {
            await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Payments, budgets and ledger tell of the same won as the refunds do.</summary>
    private static async Task Adds_up(RefundsHouse house)
    {
        var settled = (
            await house.Rows<long>("""SELECT coalesce(sum(amount), 0)::bigint FROM refund WHERE state = 'Settled'""")
        )[0];
        Assert.Equal(
            [(settled, 0L)],
            await house.Rows<(long, long)>("""SELECT sum(settled)::bigint, sum(held)::bigint FROM payment""")
        );
        Assert.Equal(
            [settled],
            (await house.Rows<long>("""SELECT sum(amount)::bigint FROM budget_counter GROUP BY budget""")).Distinct()
        );
        Assert.Equal(
            await house.Rows<long>("""SELECT count(*) FROM refund WHERE state = 'Settled'"""),
            (await house.Rows<long>("""SELECT sum(count)::bigint FROM budget_counter GROUP BY budget""")).Distinct()
        );
        Assert.Empty(
            await house.Rows<Guid>(
                """SELECT refund_id FROM ledger_entry GROUP BY refund_id, kind HAVING sum(amount) <> 0"""
            )
        );
        Assert.Equal(
            [settled],
            await house.Rows<long>(
                """SELECT sum(amount)::bigint FROM ledger_entry WHERE account = 'CUSTOMER_REFUNDED'"""
            )
        );
    }
}
