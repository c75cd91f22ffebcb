using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>Double entry of what is held, posted, released and returned: out of one account, into another.</summary>
public static class Ledger
{
    /// <summary>Enters what refunds hold, with the round.</summary>
    public static void Hold(Round round, Tx tx, IReadOnlyCollection<Refund> refunds) =>
        Enter(round, tx, refunds, "HOLD", "PAYMENT_AVAILABLE", "PAYMENT_HELD");

    /// <summary>Enters a step of one refund, with the commit.</summary>
    public static void Enter(Tx tx, Refund refund, string kind, string from, string to) =>
        Enter(tx.Last, tx, [refund], kind, from, to);

    private static void Enter(
        Round round,
        Tx tx,
        IReadOnlyCollection<Refund> refunds,
        string kind,
        string from,
        string to
    ) =>
        round.Execute(
            """
            INSERT INTO ledger_entry (client_id, refund_id, kind, account, payment_id, amount, create_time)
            SELECT @ClientId, r.refund_id, @kind, e.account, r.payment_id, r.amount * e.sign, @Now
            FROM unnest(@Refunds::uuid[], @Payments::uuid[], @Amounts::bigint[])
                AS r (refund_id, payment_id, amount)
            CROSS JOIN (VALUES (@from, -1), (@to, 1)) AS e (account, sign)
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                kind,
                from,
                to,
                Refunds = refunds.Select(refund => refund.RefundId).ToArray(),
                Payments = refunds.Select(refund => refund.PaymentId).ToArray(),
                Amounts = refunds.Select(refund => refund.Amount).ToArray(),
            }
        );
}
