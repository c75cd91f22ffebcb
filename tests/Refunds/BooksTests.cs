using Mobility.Refunds.V1;
using Npgsql;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>Payments, budgets and ledger beside refunds that end in every way, and what the tables themselves
/// refuse.</summary>
public sealed class BooksTests
{
    [Fact]
    public async Task After_every_step_what_is_held_is_what_is_under_way_and_the_ledger_sums_to_nothing()
    {
        await using var house = await OpenWithTiers();
        var settled = await house.Ask(await house.Pay(9_000), 3_000);
        await Balance(house);
        await house.Until(settled.Name, RefundState.Settled);
        await Balance(house);
        var back = await house.Pay(4_000);
        var returned = await house.Ask(back, 4_000);
        await house.Until(returned.Name, RefundState.Settled);
        await house.Gateway.Return(back.GatewayPaymentKey);
        await house.Rpc.RereadPaymentAsync(new() { Gateway = "toss", GatewayPaymentKey = back.GatewayPaymentKey });
        await house.Until(returned.Name, RefundState.Returned);
        await Balance(house);
        // The gateway never captured this one.
        var unknown = await house.Rpc.RecordPaymentAsync(house.Recording(), house.AsOperator);
        await house.Until((await house.Ask(unknown, 2_000)).Name, RefundState.Failed);
        await Balance(house);
        await house.Ask(await house.Pay(5_000), 5_001);
        await house.AskForOfficer();
        await Balance(house);
        await house.Decline(await house.AskForLead(), house.AsLead);
        await house.Withdraw(await house.AskForLead());
        await Balance(house);
        await house.AskInVain(await house.Pay(8_000), 1_500, "timeout_before");
        await Balance(house);

        Assert.Equal(
            ["AwaitingApproval", "Declined", "Denied", "Failed", "Returned", "Settled", "Unconfirmed", "Withdrawn"],
            await house.Rows<string>("""SELECT DISTINCT state FROM refund ORDER BY state""")
        );
        Assert.Equal((61_500L, 3_000L, 61_500L, 2L), await house.Held());
    }

    [Fact]
    public async Task The_tables_refuse_more_than_was_captured_a_second_end_and_a_second_operation_in_flight()
    {
        await using var house = await OpenWithTiers();
        var payment = await house.Pay(9_000);
        await house.Until((await house.Ask(payment, 3_000)).Name, RefundState.Settled);
        await house.AskInVain(payment, 2_000, "timeout_before");
        await house.Ask(payment, 1_000);

        Assert.Equal(
            "payment_not_exceeded",
            await Refused(house, """UPDATE payment SET held = held + 3001 WHERE client_id <> '' RETURNING 1""")
        );
        Assert.Equal(
            "ledger_entry_one_end",
            await Refused(
                house,
                """
                INSERT INTO ledger_entry (client_id, refund_id, kind, account, payment_id, amount, create_time)
                SELECT client_id, refund_id, 'RELEASE', account, payment_id, amount, create_time
                FROM ledger_entry WHERE kind = 'POST' AND account = 'PAYMENT_HELD' RETURNING 1
                """
            )
        );
        Assert.Equal(
            "refund_one_in_flight",
            await Refused(
                house,
                """
                UPDATE refund SET state = 'Dispatching' WHERE client_id <> '' AND state = 'Approved' RETURNING 1
                """
            )
        );
    }

    private static async Task<string?> Refused(RefundsHouse house, string sql) =>
        (await Assert.ThrowsAsync<PostgresException>(() => house.Rows<int>(sql))).ConstraintName;

    /// <summary>Nothing is found that the books do not explain.</summary>
    private static async Task Balance(RefundsHouse house) =>
        Assert.Empty(await RefundBooks.Unbalanced(house.Service.Db));
}
