using Mobility.Desk.V1;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>A budget for each case counts under cases that Desk told of and that are about the same thing.</summary>
public sealed class CaseBudgetTests
{
    [Fact]
    public async Task Each_case_counts_apart_once_desk_told_that_it_is_about_the_payments_ride()
    {
        await using var house = await OpenWithCaseBudget();
        var (payment, other) = (await house.Pay(), await house.Pay());
        var (first, second) = (NewCase(), NewCase());

        Assert.Equal(["CASE_UNKNOWN"], Failed(await Ask(house, payment, first)));
        await Tell(house, first, ride: payment.Ride);
        await Tell(house, second, ride: payment.Ride);
        Assert.Equal(RefundState.Approved, (await Ask(house, payment, first)).State);
        Assert.Equal(["BUDGET_COUNT_EXCEEDED"], Failed(await Ask(house, payment, first)));
        Assert.Equal(RefundState.Approved, (await Ask(house, payment, second)).State);

        Assert.Equal(["CASE_OF_ANOTHER"], Failed(await Ask(house, other, first)));
        Assert.Equal(["BUDGET_UNKNOWN"], Failed(await Ask(house, other, name: "")));
    }

    [Fact]
    public async Task A_case_about_the_rides_vehicle_or_the_vehicle_to_lock_counts()
    {
        await using var house = await OpenWithCaseBudget();
        var record = house.RideOf(NewRide(), meters: 900);
        await house.Deliver(record);
        var payment = await house.Pay(ride: record.Ride);
        var (right, wrong) = (NewCase(), NewCase());
        await Tell(house, right, vehicle: record.Vehicle);
        await Tell(house, wrong, vehicle: $"{Parent}/vehicles/{NewId()}");
        var locking = LockingVehicle(record.Vehicle);
        await house.Deliver(
            new Mobility.Faults.V1.VehicleChanged
            {
                Vehicle = record.Vehicle,
                Revision = 1,
                Product = "scooter",
            }
        );

        Assert.Equal(["CASE_OF_ANOTHER"], Failed(await Ask(house, payment, wrong)));
        locking.Refund.Case = wrong;
        Assert.Contains("CASE_OF_ANOTHER", Failed((await house.Quote(locking, house.AsAgent)).Decision));
        locking.Refund.Case = right;
        Assert.Equal(DecisionOutcome.Allowed, (await house.Quote(locking, house.AsAgent)).Decision.Outcome);
        Assert.Equal(RefundState.Approved, (await Ask(house, payment, right)).State);
    }

    [Fact]
    public async Task A_case_that_is_about_nothing_counts_for_nothing()
    {
        await using var house = await OpenWithCaseBudget();
        var empty = NewCase();
        await Tell(house, empty);

        Assert.Equal(["CASE_OF_ANOTHER"], Failed(await Ask(house, await house.Pay(), empty)));
    }

    [Fact]
    public async Task Without_a_budget_for_each_case_a_case_is_only_a_name()
    {
        await using var house = await OpenWithDelegation();

        Assert.Equal(RefundState.Approved, (await Ask(house, await house.Pay(), NewCase())).State);
    }

    [Fact]
    public async Task The_highest_revision_is_kept_in_every_order()
    {
        await using var house = await Open();
        var (early, late) = (NewRide(), NewRide());
        foreach (var order in FactOrders.Of(4))
        {
            var name = NewCase();
            foreach (var index in order.SelectMany(n => new[] { n, n }).Concat(order))
            {
                var about = Snapshot(
                    name,
                    index + 1,
                    index is 0 ? ""
                        : index is 3 ? late
                        : early
                );
                await (
                    index switch
                    {
                        0 => house.Service.Apply(OnCaseOpened.Handle, new CaseOpened { Case = about }),
                        1 => house.Service.Apply(OnCaseSubjectChanged.Handle, new CaseSubjectChanged { Case = about }),
                        2 => house.Service.Apply(OnCaseHandedOver.Handle, new CaseHandedOver { Case = about }),
                        _ => house.Service.Apply(OnCaseClosed.Handle, new CaseClosed { Case = about }),
                    }
                );
            }
        }

        var kept = await house.Rows<(Guid?, Guid?, long)>("""SELECT ride_id, vehicle_id, revision FROM case_copy""");
        Assert.Equal(24, kept.Count);
        Assert.Equal([(Guid.Parse(late.Split('/')[^1]), null, 4L)], kept.Distinct());
    }

    internal static CaseSnapshot Snapshot(string name, long revision, string ride = "", string vehicle = "") =>
        new()
        {
            Case = name,
            Revision = revision,
            Ride = ride,
            Vehicle = vehicle,
        };

    internal static string NewCase() => $"{Parent}/cases/{NewId()}";

    /// <summary>One refund for each case, whatever else the delegation allows.</summary>
    private static async Task<RefundsHouse> OpenWithCaseBudget()
    {
        var house = await Open();
        await house.Grant(asked =>
        {
            asked.Clauses[0].Actions.Add(RefundAction.LockVehicle);
            asked.Budgets.Add(
                new Mobility.Refunds.V1.Budget
                {
                    Id = "case",
                    Dimension = BudgetDimension.Case,
                    Window = BudgetWindow.Lifetime,
                    LimitCount = 1,
                }
            );
        });
        return house;
    }

    private static Task Tell(RefundsHouse house, string name, string ride = "", string vehicle = "") =>
        house.Service.Apply(OnCaseOpened.Handle, new CaseOpened { Case = Snapshot(name, 1, ride, vehicle) });

    private static async Task<Refund> Ask(RefundsHouse house, Payment payment, string name)
    {
        var request = Asking(payment, 1_000);
        request.Refund.Case = name;
        return await house.Rpc.CreateRefundAsync(request, house.AsAgent);
    }
}
