using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>What happens at the gateway past us comes into the books once, and no won stays unexplained.</summary>
public sealed class ReconcilePaymentsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_cancel_of_the_clients_own_console_is_adopted_once_and_lessens_what_is_left()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.ConsoleCancel(payment.GatewayPaymentKey, 2_000);

        await Task.WhenAll(Reconcile(house), Reconcile(house));
        await Reconcile(house);

        var listed = (await house.Rpc.ListPaymentsAsync(new() { Parent = Parent }, house.AsLead)).Payments[0];
        Assert.Equal((Won(3_000), Won(2_000)), (listed.RefundableAmount, listed.ExternalAmount));
        Assert.Equal([ExternalRefundsChanged.Descriptor.FullName], await ExternalEvents(house));
        Assert.Equal([0L], await house.Rows<long>("""SELECT sum(amount)::bigint FROM external_entry"""));
        Assert.Empty(await house.Refunds());
        var over = await house.Ask(payment, 3_001);
        Assert.Contains(over.Decision.FailedConditions, failed => failed.Code == "AMOUNT_EXCEEDS_PAYMENT");
        // The rest goes on the balance that the gateway really has.
        var rest = await house.Ask(payment, 3_000);
        Assert.Equal(1, (await house.Until(rest.Name, RefundState.Settled, Second)).AttemptCount);
        Assert.Equal(0, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_held_refund_that_the_console_overtook_is_not_paid_and_reality_may_exceed_the_payment()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_before");

        await house.Gateway.ConsoleCancel(payment.GatewayPaymentKey, 4_000);
        await Reconcile(house);
        await UntilAdopted(house, 4_000);
        Assert.Equal(
            [(4_000L, 3_000L, 2_000L)],
            await house.Rows<(long, long, long)>("""SELECT settled, held, overdrawn FROM payment""")
        );
        var failed = await house.Until(refund.Name, RefundState.Failed, Second);

        Assert.Equal("NOT_MATCHES_REFUNDABLE_AMOUNT", failed.GatewayCode);
        Assert.Equal(1_000, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
        Assert.Equal(
            [(4_000L, 0L, 0L)],
            await house.Rows<(long, long, long)>("""SELECT settled, held, overdrawn FROM payment""")
        );
        Assert.Equal(RefundState.Denied, (await house.Ask(payment, 1_001)).State);
        var rest = await house.Ask(payment, 1_000);
        await house.Until(rest.Name, RefundState.Settled, Second);
    }

    [Fact]
    public async Task A_refusal_over_the_balance_makes_the_next_refund_right()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.ConsoleCancel(payment.GatewayPaymentKey, 500);

        var first = await house.Ask(payment, 3_000);
        await house.Until(first.Name, RefundState.Failed);
        await UntilAdopted(house, 500);
        var second = await house.Ask(payment, 3_000);

        await house.Until(second.Name, RefundState.Settled, Second);
        Assert.Equal(1_500, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_cancel_that_comes_to_nothing_returns_the_refund_and_fills_no_budget_again()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund.Name, RefundState.Settled);
        await house.Gateway.Return(payment.GatewayPaymentKey);

        await Task.WhenAll(Reconcile(house), Reconcile(house));

        var returned = await house.Until(refund.Name, RefundState.Returned);
        Assert.Equal((RefundState.Returned, "CANCEL_ABORTED"), (returned.State, returned.GatewayCode));
        Assert.NotEmpty(returned.GatewayTransactionKey);
        Assert.Equal(RefundReturned.Descriptor.FullName, (await house.Service.Events())[^1].Type);
        Assert.Equal(
            [(0L, 0L, 0L)],
            await house.Rows<(long, long, long)>("""SELECT settled, held, cancelled FROM payment""")
        );
        // What the delegation limits is spent; the customer got nothing.
        Assert.Equal(
            [("client:customer", 0L, 0L), ("daily", 3_000L, 1L)],
            await house.Rows<(string, long, long)>(
                """SELECT budget, amount, count FROM budget_counter ORDER BY budget"""
            )
        );
        Assert.Equal(
            [("CUSTOMER_REFUNDED", 0L), ("PAYMENT_AVAILABLE", 0L), ("PAYMENT_HELD", 0L)],
            await house.Rows<(string, long)>(
                """SELECT account, sum(amount)::bigint FROM ledger_entry GROUP BY account ORDER BY account"""
            )
        );
        // Another one may be asked for, under a key of its own.
        var again = await house.Ask(payment, 5_000);
        await house.Until(again.Name, RefundState.Settled, Second);
        Assert.Equal(0, (await house.Gateway.Query(payment.GatewayPaymentKey)).Balance);
    }

    [Fact]
    public async Task A_hint_brings_the_comparison_forward()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund.Name, RefundState.Settled);
        await house.Gateway.Return(payment.GatewayPaymentKey);

        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = payment.GatewayPaymentKey });

        await house.Until(refund.Name, RefundState.Returned);
    }

    [Fact]
    public async Task An_adopted_cancel_that_comes_to_nothing_is_taken_back()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.ConsoleCancel(payment.GatewayPaymentKey, 2_000);
        await Reconcile(house);
        await house.Gateway.Return(payment.GatewayPaymentKey);

        await Reconcile(house);
        await Reconcile(house);

        Assert.Equal(
            [(0L, 0L, 0L)],
            await house.Rows<(long, long, long)>("""SELECT settled, cancelled, external FROM payment""")
        );
        Assert.Equal(2, (await ExternalEvents(house)).Count);
        Assert.Equal(
            [("EXTERNALLY_REFUNDED", 0L), ("PAYMENT_AVAILABLE", 0L)],
            await house.Rows<(string, long)>(
                """SELECT account, sum(amount)::bigint FROM external_entry GROUP BY account ORDER BY account"""
            )
        );
    }

    [Fact]
    public async Task A_cancel_under_the_name_of_a_refund_that_was_let_go_is_adopted_and_an_error_line()
    {
        await using var house = await OpenWithDelegation();
        house.Service.ErrorsExpected = true;
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("stored_error", payment.GatewayPaymentKey, code: "REFUND_REJECTED");
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund.Name, RefundState.Failed);
        var id = refund.Name.Split('/')[^1];
        await house.Gateway.Cancel(
            payment.GatewayPaymentKey,
            $$"""{"cancelReason":"Mobility refund {{id}}","cancelAmount":3000}"""
        );

        await Reconcile(house);

        await UntilAdopted(house, 3_000);
        Assert.Equal(RefundState.Failed, (await house.Get(refund.Name)).State);
        await house.Until(
            () =>
                Task.FromResult(
                    house.Service.LogLines.Any(line =>
                        line.Contains("is unexplained: NOT_OURS_ANY_MORE", StringComparison.Ordinal)
                    )
                ),
            "the error line"
        );
    }

    [Fact]
    public async Task A_cancel_in_the_list_settles_the_refund_that_waits_for_a_person_though_no_hint_came()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_before");
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await house.Until(refund.Name, RefundState.UnderReview, Second);
        var id = refund.Name.Split('/')[^1];
        await house.Gateway.Cancel(
            payment.GatewayPaymentKey,
            $$"""{"cancelReason":"Mobility refund {{id}}","cancelAmount":3000,"refundableAmount":5000}"""
        );

        await Reconcile(house);

        await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal(
            [(3_000L, 0L, 0L)],
            await house.Rows<(long, long, long)>("""SELECT settled, held, external FROM payment""")
        );
    }

    [Fact]
    public async Task A_cancel_past_us_in_between_does_not_hide_the_one_of_the_refund_that_waits_for_a_person()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        var payment = await house.Pay(5_000);
        var refund = await house.AskInVain(payment, 3_000, "timeout_before");
        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);
        await house.Until(refund.Name, RefundState.UnderReview, Second);
        await house.Gateway.Cancel(payment.GatewayPaymentKey, """{"cancelReason":"고객 요청","cancelAmount":1500}""");
        await Reconcile(house);
        await UntilAdopted(house, 1_500);
        var id = refund.Name.Split('/')[^1];
        await house.Gateway.Cancel(
            payment.GatewayPaymentKey,
            $$"""{"cancelReason":"Mobility refund {{id}}","cancelAmount":3000}"""
        );

        await Reconcile(house);

        await house.Until(refund.Name, RefundState.Settled);
        Assert.Equal(
            [(4_500L, 0L, 1_500L)],
            await house.Rows<(long, long, long)>("""SELECT settled, held, external FROM payment""")
        );
    }

    [Fact]
    public async Task What_is_explained_is_not_even_asked_for()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        var refund = await house.Ask(payment, 3_000);
        await house.Until(refund.Name, RefundState.Settled);

        await Reconcile(house);

        Assert.Empty(await house.Rows<Guid>("""SELECT payment_id FROM payment_check"""));
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_no_finding()
    {
        await using var house = await Open(new Uri("http://127.0.0.1:9"));

        Assert.False(await new ReconcilePayments().Walk(house.Service.Job(), house.Now, house.Now));
    }

    /// <summary>Reads the list of the simulator's own day, which is not the day of the house.</summary>
    private static async Task Reconcile(RefundsHouse house)
    {
        var (reconcile, now) = (new ReconcilePayments(), TimeProvider.System.GetUtcNow());
        var job = house.Service.Job();
        Assert.True(await reconcile.Walk(job, now.AddHours(-1), now.AddHours(1)));
        await reconcile.Follow(job);
    }

    /// <summary>The service's own job may have taken the wish to compare, and be at it still.</summary>
    private static Task UntilAdopted(RefundsHouse house, long amount) =>
        house.Until(
            async () => (await house.Rows<long>("""SELECT external FROM payment"""))[0] == amount,
            "the console's cancel in the books"
        );

    private static async Task<List<string>> ExternalEvents(RefundsHouse house) =>
        [
            .. (await house.Service.Events())
                .Select(evt => evt.Type)
                .Where(type => type == ExternalRefundsChanged.Descriptor.FullName),
        ];
}
