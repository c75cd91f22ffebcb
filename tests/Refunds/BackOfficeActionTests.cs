using Grpc.Core;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>Actions of the operator's back office, whose ledger is the witness.</summary>
public sealed class BackOfficeActionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(RefundAction.Coupon, "coupons")]
    [InlineData(RefundAction.RidePass, "ride-passes")]
    [InlineData(RefundAction.FeeWaiver, "fee-waivers")]
    public async Task What_has_an_amount_is_done_once_and_counts_on_payment_and_budget(RefundAction action, string kind)
    {
        await using var house = await OpenWithEveryAction();
        var payment = await house.Pay(5_000);

        var refund = await house.Rpc.CreateRefundAsync(Compensating(payment, action, 2_000), house.AsAgent);

        Assert.Equal((RefundState.Approved, Won(2_000)), (refund.State, refund.Amount));
        var settled = await house.Until(refund.Name, RefundState.Settled);
        Assert.NotEmpty(settled.GatewayTransactionKey);
        var subject = action == RefundAction.FeeWaiver ? payment.Ride : payment.Customer;
        Assert.Equal([(kind, subject, 2_000L)], await house.Acts(refund));
        Assert.Equal((0L, 2_000L, 0L, 0L), await house.Held());
        // The gateway has it all still.
        Assert.Equal(5_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
        Assert.Equal([0L], await house.Rows<long>("""SELECT cancelled FROM payment"""));
    }

    [Fact]
    public async Task All_that_is_made_good_on_a_payment_never_exceeds_what_was_captured()
    {
        await using var house = await OpenWithEveryAction();
        var payment = await house.Pay(5_000);
        RefundAction[] actions =
        [
            RefundAction.Coupon,
            RefundAction.CardRefund,
            RefundAction.FeeWaiver,
            RefundAction.RidePass,
        ];

        var refunds = await Task.WhenAll(
            actions.Select(action =>
                house.Rpc.CreateRefundAsync(Compensating(payment, action, 2_000), house.AsLead).ResponseAsync
            )
        );

        var admitted = refunds.Where(refund => refund.State == RefundState.Approved).ToList();
        Assert.Equal(2, admitted.Count);
        foreach (var refund in admitted)
        {
            await house.Until(refund.Name, RefundState.Settled, TimeSpan.FromMilliseconds(10));
        }
        Assert.Equal((0L, 4_000L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task Money_after_a_coupon_goes_on_the_balance_that_the_gateway_has()
    {
        await using var house = await OpenWithEveryAction();
        var payment = await house.Pay(5_000);
        var coupon = await house.Rpc.CreateRefundAsync(
            Compensating(payment, RefundAction.Coupon, 2_000),
            house.AsAgent
        );
        await house.Until(coupon.Name, RefundState.Settled);

        var money = await house.Ask(payment, 3_000);

        Assert.Equal(1, (await house.Until(money.Name, RefundState.Settled)).AttemptCount);
        Assert.Equal(2_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
        Assert.Equal([(5_000L, 3_000L)], await house.Rows<(long, long)>("""SELECT settled, cancelled FROM payment"""));
    }

    [Fact]
    public async Task A_running_ride_is_ended_once_and_counted()
    {
        await using var house = await OpenWithEveryAction();
        var ride = house.RideOf(NewRide(), meters: 900, ended: false);
        await house.Deliver(ride);

        var refund = await house.Rpc.CreateRefundAsync(EndingRide(ride.Ride), house.AsAgent);

        Assert.Equal((RefundState.Approved, "", null), (refund.State, refund.Payment, refund.Amount));
        Assert.Equal((ride.Ride, house.Rider, ride.Vehicle), (refund.Ride, refund.Customer, refund.Vehicle));
        await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal([("ride-ends", ride.Ride, (long?)null)], await house.Acts(refund));
        Assert.Equal(
            [(0L, 1L), (0L, 1L)],
            await house.Rows<(long, long)>("""SELECT amount, count FROM budget_counter""")
        );
        Assert.Empty(await house.Rows<int>("""SELECT 1 FROM ledger_entry"""));
        // The operator's system says no to a second end; then the count is free again.
        var again = await house.Rpc.CreateRefundAsync(EndingRide(ride.Ride), house.AsAgent);
        Assert.Equal("RIDE_ALREADY_ENDED", (await house.Until(again.Name, RefundState.Failed)).GatewayCode);
        Assert.Equal((0L, 0L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_vehicle_is_locked_and_a_budget_counts_how_often()
    {
        await using var house = await OpenWithEveryAction();
        var vehicle = $"{Parent}/vehicles/{NewId()}";
        var changed = new VehicleChanged
        {
            Vehicle = vehicle,
            Revision = 1,
            Product = "scooter",
            PrintedCode = "GN-0001",
            State = VehicleState.Available,
        };
        Assert.Equal("VEHICLE_UNKNOWN", await Denied(house, LockingVehicle(vehicle)));
        await house.Deliver(changed);

        for (var n = 0; n < 3; n++)
        {
            var refund = await house.Rpc.CreateRefundAsync(LockingVehicle(vehicle), house.AsAgent);
            Assert.Equal((vehicle, "", ""), (refund.Vehicle, refund.Ride, refund.Customer));
            await house.Until(refund.Name, RefundState.Settled);
            Assert.Equal([("vehicle-locks", vehicle, (long?)null)], await house.Acts(refund));
        }

        Assert.Equal("BUDGET_COUNT_EXCEEDED", await Denied(house, LockingVehicle(vehicle)));
    }

    [Fact]
    public async Task A_ride_that_has_ended_or_is_not_known_is_not_ended()
    {
        await using var house = await OpenWithEveryAction();
        var ride = house.RideOf(NewRide(), meters: 900);
        Assert.Equal("RIDE_RECORD_MISSING", await Denied(house, EndingRide(ride.Ride)));
        await house.Deliver(ride);

        Assert.Equal("RIDE_NOT_RUNNING", await Denied(house, EndingRide(ride.Ride)));
    }

    [Fact]
    public async Task An_action_that_no_clause_permits_is_denied()
    {
        await using var house = await OpenWithDelegation();

        var code = await Denied(house, Compensating(await house.Pay(), RefundAction.Coupon, 1_000));

        Assert.Equal("NO_PERMIT", code);
    }

    [Theory]
    [InlineData("timeout_before", 2)]
    [InlineData("timeout_after_success", 1)]
    public async Task A_lost_reply_is_found_by_asking_and_an_act_that_never_began_is_sent_again(
        string fault,
        int attempts
    )
    {
        await using var house = await OpenWithEveryAction();
        var payment = await house.Pay(5_000);
        await house.Gateway.Post(
            "/simulator/faults",
            $$"""{"subject":"{{payment.Customer}}","kind":"{{fault}}","times":1}"""
        );
        var request = Compensating(payment, RefundAction.Coupon, 2_000);
        var refund = await house.Rpc.CreateRefundAsync(request, house.AsAgent);

        await house.Until(refund.Name, RefundState.Unconfirmed, Second);
        // Held in both budgets.
        Assert.Equal((2_000L, 0L, 4_000L, 2L), await house.Held());
        var settled = await house.Until(refund.Name, RefundState.Settled, Second);

        Assert.Equal(attempts, settled.AttemptCount);
        Assert.Single(await house.Acts(refund));
        Assert.Equal((0L, 2_000L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_stop_before_the_fence_ends_nothing_and_one_after_it_is_too_late()
    {
        await using var house = await OpenWithOwnGateway();
        var delegation = await house.Grant(asked => asked.Clauses[0].Actions.Add(RefundAction.Coupon));
        var payment = await house.Pay(5_000);
        await house.Gateway.Post(
            "/simulator/faults",
            $$"""{"subject":"{{payment.Customer}}","kind":"hold","times":1}"""
        );
        var there = await house.Rpc.CreateRefundAsync(Compensating(payment, RefundAction.Coupon, 1_000), house.AsAgent);
        await house.Gateway.UntilHolding(1);
        var waiting = await house.Rpc.CreateRefundAsync(
            Compensating(payment, RefundAction.Coupon, 2_000),
            house.AsAgent
        );

        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await house.Until(waiting.Name, RefundState.Withdrawn, TimeSpan.FromMilliseconds(10));
        await house.Gateway.Post("/simulator/release", "{}");
        await house.Until(there.Name, RefundState.Settled);

        Assert.Empty(await house.Acts(waiting));
        Assert.Equal((0L, 1_000L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task Fields_that_do_not_belong_to_the_action_are_named()
    {
        await using var house = await OpenWithEveryAction();
        var end = Compensating(await house.Pay(), RefundAction.EndRide, 1_000);
        var locked = LockingVehicle("GN-0001");

        Assert.Equal(["refund.payment", "refund.ride", "refund.amount"], await Wrong(house, end));
        Assert.Equal(["refund.vehicle"], await Wrong(house, locked));
    }

    [Fact]
    public async Task What_led_to_it_is_kept_and_told()
    {
        await using var house = await OpenWithEveryAction();
        var request = Compensating(await house.Pay(), RefundAction.Coupon, 1_000);
        request.Refund.Complaint = $"{Parent}/complaints/{NewId()}";
        request.Refund.Case = $"{Parent}/cases/{NewId()}";
        request.Refund.Fault = $"{Parent}/faults/{NewId()}";

        var refund = await house.Rpc.CreateRefundAsync(request, house.AsAgent);

        Assert.Equal(
            (request.Refund.Complaint, request.Refund.Case, request.Refund.Fault),
            (refund.Complaint, refund.Case, refund.Fault)
        );
        await house.Until(refund.Name, RefundState.Settled);
        foreach (
            var (_, data) in (await house.Service.Events()).Where(evt =>
                evt.Data.Contains(refund.Name, StringComparison.Ordinal)
            )
        )
        {
            var told = Google.Protobuf.JsonParser.Default.Parse<RefundApproved>(data).Refund;
            Assert.Equal((refund.Complaint, refund.Case, refund.Action), (told.Complaint, told.Case, told.Action));
        }
        Assert.Equal(refund, await house.Rpc.CreateRefundAsync(request, house.AsAgent));
    }

    private static async Task<string> Denied(RefundsHouse house, CreateRefundRequest request)
    {
        var refund = await house.Rpc.CreateRefundAsync(request, house.AsAgent);
        Assert.Equal(RefundState.Denied, refund.State);
        return Assert.Single(refund.Decision.FailedConditions).Code;
    }

    private static async Task<IReadOnlyList<string>> Wrong(RefundsHouse house, CreateRefundRequest request) =>
        TestService.FieldsOf(
            await Assert.ThrowsAsync<RpcException>(async () =>
                await house.Rpc.CreateRefundAsync(request, house.AsAgent)
            )
        );
}
