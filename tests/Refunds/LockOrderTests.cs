using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>Requests, facts, settlements and stops at once, all on the same rows.</summary>
public sealed class LockOrderTests
{
    private const string OtherVendor = "vendors/other-contact";

    [Fact]
    public async Task Nobody_waits_in_a_circle_and_the_won_add_up()
    {
        await using var house = await Open();
        var stopped = await house.GrantTiers(asked =>
        {
            asked.Budgets.AddRange(EveryBudget());
            asked.Clauses[0].Actions.Add(RefundAction.Coupon);
        });
        await house.Grant(asked =>
        {
            asked.Vendor = OtherVendor;
            asked.Budgets.AddRange(EveryBudget());
        });
        var other = NewPerson();
        await house.Enrol(other, MemberRole.Agent, OtherVendor);
        var payments = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => house.Pay(9_000)));

        var asked = Enumerable
            .Range(0, 32)
            .Select(n =>
                n % 5 == 0
                    ? house
                        .Rpc.CreateRefundAsync(Compensating(payments[n % 4], RefundAction.Coupon, 300), house.AsLead)
                        .ResponseAsync
                    : house.Ask(
                        payments[n % 4],
                        300,
                        caller: n % 3 == 0 ? house.Service.As(Role.Agent, other) : house.AsLead
                    )
            );
        var facts = payments.SelectMany(payment =>
            new Task[]
            {
                house.Deliver(house.RideOf(payment.Ride)),
                house.Deliver(house.FaultOn(payment.Ride)),
                house.Enrol(house.Agent, MemberRole.Agent),
            }
        );
        var waiting = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => house.AskForLead()));
        var decisions = waiting.SelectMany(refund =>
            new Task[]
            {
                Ignoring(() => house.Approve(refund, house.AsLead)),
                Ignoring(() => house.Decline(refund, house.AsOfficer)),
                Ignoring(() => house.Withdraw(refund)),
            }
        );
        var stop = house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(stopped), house.AsOfficer);
        await Task.WhenAll([.. asked, .. facts, .. decisions, stop.ResponseAsync]);

        foreach (var refund in await house.Refunds())
        {
            await Ended(house, refund);
        }
        await Adds_up(house);
    }

    private static async Task Adds_up(RefundsHouse house)
    {
        Assert.Equal(
            [0L],
            await house.Rows<long>("""SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()""")
        );
        Assert.Equal(
            [0L],
            await house.Rows<long>(
                """
                SELECT count(*) FROM payment p WHERE held <> 0 OR settled <> (
                    SELECT coalesce(sum(r.amount), 0) FROM refund r
                    WHERE r.payment_id = p.payment_id AND r.state = 'Settled')
                """
            )
        );
        Assert.Equal([0L], await house.Rows<long>("""SELECT sum(amount)::bigint FROM ledger_entry"""));
    }

    private static async Task Ignoring(Func<Task> decide)
    {
        try
        {
            await decide();
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.FailedPrecondition)
        {
            // Which of the three decisions comes first is open; the other two are refused.
        }
    }

    private static IEnumerable<Mobility.Refunds.V1.Budget> EveryBudget() =>
        Enum.GetValues<BudgetDimension>()
            .Where(dimension => dimension is not (BudgetDimension.Unspecified or BudgetDimension.Case))
            .Where(dimension => dimension != BudgetDimension.Vehicle)
            .Select(dimension => new Mobility.Refunds.V1.Budget
            {
                Id = $"each-{(int)dimension}",
                Dimension = dimension,
                Window = BudgetWindow.RollingHours,
                WindowHours = 24,
                LimitAmount = Won(100_000),
            });

    private static async Task Ended(RefundsHouse house, Refund refund)
    {
        using var deadline = new CancellationTokenSource(Poll.Patience);
        while (
            (await house.Get(refund.Name)).State
                is RefundState.AwaitingApproval
                    or RefundState.Approved
                    or RefundState.Dispatching
        )
        {
            house.Service.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }
    }
}
