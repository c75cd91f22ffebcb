using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What the reply to an order that was sent makes of its refund.</summary>
public static class SentOrder
{
    /// <summary>The refund after the reply to that attempt; unchanged when the reply says nothing any more. Proof
    /// counts whenever it comes, anything less only for the attempt that still is the latest.</summary>
    public static async Task<Refund> After(Tx tx, Refund refund, int attempt, OrderOutcome outcome, GatewayHours hours)
    {
        if (outcome is OrderOutcome.Settled settled)
        {
            return refund.State == RefundState.Dispatching || RereadTable.MayBeProven(refund.State)
                ? refund.Settle(settled.TransactionKey, tx.Now)
                : refund;
        }
        if (refund.State != RefundState.Dispatching || refund.AttemptCount != attempt)
        {
            return refund;
        }
        return outcome switch
        {
            OrderOutcome.RefusedForGood refused => await Refused(tx, refund, refused.Code),
            // Refused for now for a day is refused: a person has to see to it, and may have it asked for again.
            OrderOutcome.NotDone last when RefundFlow.PostponeDelay(attempt) is null => await Refused(
                tx,
                refund,
                last.Code
            ),
            OrderOutcome.NotDone { Code: TossCodes.BankClosed } closed => refund.Postpone(
                closed.Code,
                tx.Now,
                hours.BanksOpen(tx.Now, tx.Holidays.Current)
            ),
            OrderOutcome.NotDone passing => refund.Postpone(passing.Code, tx.Now),
            OrderOutcome.Accepted taken => refund.Accept(taken.Code, tx.Now, askAtOnce: false),
            OrderOutcome.Aborted aborted => refund.Accept(aborted.Code, tx.Now, askAtOnce: true),
            OrderOutcome.Unconfirmed unknown => refund.LoseTrack(unknown.Code, tx.Now, askAtOnce: false),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Nobody knows such an outcome."),
        };
    }

    private static async Task<Refund> Refused(Tx tx, Refund refund, string code) =>
        await AttemptTable.IsProof(tx, refund)
            ? refund.Fail(code, tx.Now)
            : refund.LoseTrack(code, tx.Now, askAtOnce: false);
}
