using Mobility.Platform;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// The next step of one refund. Every change of rows is a short transaction, every call to the gateway or the back
/// office lies between two of them: before it the fence with what will be sent, after it the result.
/// </summary>
public sealed class RefundSteps(JobContext job, Dispatcher dispatcher, GatewayHours hours)
{
    /// <summary>
    /// A call that has not ended by then belongs to a process that died. Should it still live, a question and the same
    /// key do no harm, and its own result counts when it comes.
    /// </summary>
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(6);

    /// <summary>It waits for another refund of its payment; in the place of what the gateway said.</summary>
    public const string PaymentBusy = "PAYMENT_BUSY";

    /// <summary>While one process asks, no other does.</summary>
    private static readonly TimeSpan AskLease = TimeSpan.FromSeconds(15);

    /// <summary>Did anything change? False when the refund has to wait.</summary>
    public async Task<bool> Advance(string clientId, Guid refundId) =>
        await Follow(clientId, await InTransaction(clientId, tx => Begin(tx, refundId)));

    private async Task<bool> Follow(string clientId, RefundNext next) =>
        next switch
        {
            RefundNext.Send send => await Send(clientId, send),
            RefundNext.Ask ask => await Ask(clientId, ask),
            RefundNext.Reread reread => await Reread(clientId, reread),
            RefundNext.Decide decide => await InTransaction(clientId, tx => LateEvidence.Decide(tx, decide.RefundId)),
            RefundNext.Stop stop => await InTransaction(clientId, tx => Stop(tx, stop)),
            RefundNext.Done => true,
            _ => false,
        };

    private async Task<RefundNext> Begin(Tx tx, Guid refundId)
    {
        if (await RefundTable.Locked(tx, refundId, unlessTaken: true) is not { } row)
        {
            // Another process is at it; who waited for each other would have nothing left to do.
            return new RefundNext.Wait();
        }
        var refund = row.Refund;
        if (refund.State is RefundState.AwaitingApproval or RefundState.AwaitingEvidence || IsPutOff(refund, tx.Now))
        {
            return await EndWait(tx, row);
        }
        if (refund.NextTime is null || refund.NextTime > tx.Now)
        {
            return await Besides(tx, row);
        }
        switch (refund.State)
        {
            case RefundState.Approved:
                return await Sendable(tx, row);
            case RefundState.Dispatching:
                await Save(tx, row, refund.LoseTrack("NO_RESULT", tx.Now, askAtOnce: true));
                return new RefundNext.Done();
            // Nobody is there to answer: it counts as asked, so that a person has it within a day all the same.
            case RefundState.Unconfirmed
            or RefundState.PendingAtGateway when dispatcher.CircuitOf(row.Action).Enter() is not null:
                await Save(tx, row, refund.Probed(CircuitBreaker.Open, tx.Now));
                return new RefundNext.Done();
            case RefundState.Unconfirmed or RefundState.PendingAtGateway:
                RefundWrites.Update(tx, refund with { NextTime = tx.Now + AskLease });
                return new RefundNext.Ask(await AttemptTable.OrderSent(tx, row));
            default:
                throw new InvalidOperationException($"refund {refundId} is {refund.State} and has a next time");
        }
    }

    private static bool IsPutOff(Refund refund, DateTimeOffset now) =>
        refund.State == RefundState.Approved && refund.NextTime > now;

    /// <summary>Follows a hint, unless nobody is there to answer; it stays until then.</summary>
    private async Task<RefundNext> Besides(Tx tx, RefundRow row)
    {
        var circuit = dispatcher.CircuitOf(row.Action);
        var mayAsk = RereadTable.MayBeProven(row.Refund.State);
        if (mayAsk && circuit.Enter() is not null)
        {
            return new RefundNext.Wait();
        }
        if (await RereadTable.Take(tx, row.Refund.RefundId) && mayAsk)
        {
            return new RefundNext.Reread(await AttemptTable.OrderSent(tx, row));
        }
        if (mayAsk)
        {
            circuit.Leave();
        }
        return new RefundNext.Wait();
    }

    /// <summary>Through the fence, if somebody is behind it; else it waits where a stop still reaches it.</summary>
    private async Task<RefundNext> Sendable(Tx tx, RefundRow row)
    {
        if (MaintenanceEnd(tx, row) is { } end)
        {
            return PutOff(tx, row.Refund, GatewayHours.Maintenance, end);
        }
        var circuit = dispatcher.CircuitOf(row.Action);
        if (circuit.Enter() is { } later)
        {
            return PutOff(tx, row.Refund, CircuitBreaker.Open, later);
        }
        var next = await Fence(tx, row);
        if (next is not RefundNext.Send)
        {
            circuit.Leave();
        }
        return next;
    }

    // The back office stands beside the gateway.
    private DateTimeOffset? MaintenanceEnd(Tx tx, RefundRow row) =>
        Actions.IsCancel(row.Action) ? hours.MaintenanceEnd(tx.Now) : null;

    /// <summary>Waits before the fence; the code lets a stop find it before its time.</summary>
    private static RefundNext.Wait PutOff(Tx tx, Refund refund, string code, DateTimeOffset until)
    {
        RefundWrites.Update(tx, refund with { GatewayCode = code, NextTime = until });
        return new RefundNext.Wait();
    }

    /// <summary>Ends a wait that a stop or its time has ended; what waits for evidence is looked at again.</summary>
    private static async Task<RefundNext> EndWait(Tx tx, RefundRow row)
    {
        var delegation = await DelegationTable.Get(tx, row.Refund.DelegationId!.Value);
        if (LateEvidence.EndOfWait(tx, row.Refund, delegation) is not { } ended)
        {
            var isDue = row.Refund is { State: RefundState.AwaitingEvidence } waiting && waiting.NextTime <= tx.Now;
            return isDue ? new RefundNext.Decide(row.Refund.RefundId) : new RefundNext.Wait();
        }
        await Save(tx, row, ended);
        return new RefundNext.Done();
    }

    /// <summary>
    /// The dispatch fence. Once it has committed, a stop does not reach this refund any more; a stop that has committed
    /// before it is seen here, because each waits for the other at the delegation's door.
    /// </summary>
    private static async Task<RefundNext> Fence(Tx tx, RefundRow row)
    {
        var refund = row.Refund;
        var round = tx.NewRound();
        var delegation = DelegationTable.Unchanged(round, tx, refund.DelegationId!.Value);
        var payment = PaymentTable.Of(round, tx, refund, locked: true);
        var another = AttemptTable.AnotherInFlight(round, tx, refund);
        var first = AttemptTable.First(round, tx, refund.RefundId);
        await round.Run();
        if (delegation()?.Lets(refund.Epoch, tx.Now) != true)
        {
            // An epoch that was stopped never lets anything through again; budgets are locked before the payment.
            return new RefundNext.Stop(refund.RefundId, refund.Revision);
        }
        // The gateway lets go of a key some day, and under a forgotten one it would do it a second time.
        if (
            refund.State == RefundState.Unconfirmed
            && Actions.IsCancel(row.Action)
            && tx.Now >= first()?.DispatchTime + RefundFlow.KeyLife
        )
        {
            await Save(tx, row, refund.HandOver("KEY_EXPIRED", tx.Now));
            return new RefundNext.Done();
        }
        if (another())
        {
            // Whatever ends the other one has this one looked at again.
            return PutOff(tx, refund, PaymentBusy, tx.Now + RefundFlow.OtherDelay);
        }
        var order = AttemptTable.Order(row, payment(), first());
        var after = refund.Dispatch(tx.Now, tx.Now + CallDeadline);
        await Save(tx, row, after);
        AttemptTable.Insert(tx, after, order);
        return new RefundNext.Send(order, after.AttemptCount);
    }

    /// <summary>Ends what a stop of its delegation kept from the gateway.</summary>
    private static async Task<bool> Stop(Tx tx, RefundNext.Stop stop)
    {
        var row = (await RefundTable.Locked(tx, stop.RefundId))!;
        if (row.Refund.Revision == stop.Revision)
        {
            // What may have happened at the gateway is never let go: then a person has to look.
            await Save(
                tx,
                row,
                row.Refund.State == RefundState.Approved
                    ? row.Refund.Withdraw(tx.Now)
                    : row.Refund.HandOver("STOPPED", tx.Now)
            );
        }
        return true;
    }

    private async Task<bool> Send(string clientId, RefundNext.Send send)
    {
        KillPoint.Reach("settle.before-send");
        var outcome = await dispatcher.Send(send.Order, job.Token);
        KillPoint.Reach("settle.after-reply");
        return await InTransaction(clientId, tx => Take(tx, send, outcome));
    }

    private async Task<bool> Take(Tx tx, RefundNext.Send send, OrderOutcome outcome)
    {
        var row = (await RefundTable.Locked(tx, send.Order.RefundId))!;
        var refund = row.Refund;
        AttemptTable.End(tx, refund.RefundId, send.Attempt, outcome);
        var after = await SentOrder.After(tx, refund, send.Attempt, outcome, hours);
        if (after != refund)
        {
            await Save(tx, row, after);
        }
        else if (outcome is OrderOutcome.Settled)
        {
            await PaymentCheckTable.WantCompared(tx, row);
        }
        return true;
    }

    private async Task<bool> Ask(string clientId, RefundNext.Ask ask)
    {
        var outcome = await dispatcher.Ask(ask.Order, job.Token);
        KillPoint.Reach("ask.after-reply");
        return await Follow(clientId, await InTransaction(clientId, tx => Answer(tx, ask.Order, outcome)));
    }

    private async Task<RefundNext> Answer(Tx tx, Order order, OrderOutcome outcome)
    {
        var row = (await RefundTable.Locked(tx, order.RefundId))!;
        var refund = row.Refund;
        var isPending = refund.State == RefundState.PendingAtGateway;
        if (!isPending && refund.State != RefundState.Unconfirmed)
        {
            return new RefundNext.Done();
        }
        var mayGoAgain = outcome is OrderOutcome.NotDone && !isPending && !refund.IsExhausted;
        if (mayGoAgain && MaintenanceEnd(tx, row) is null)
        {
            return await Fence(tx, row);
        }
        await Save(
            tx,
            row,
            outcome switch
            {
                OrderOutcome.Settled settled => refund.Settle(settled.TransactionKey, tx.Now),
                OrderOutcome.Aborted aborted when isPending => refund.Fail(aborted.Code, tx.Now),
                // Even a list that lacks it: what the gateway had and does not show is late.
                _ when isPending => refund.Probed(AttemptTable.CodeOf(outcome), tx.Now),
                OrderOutcome.Aborted aborted => refund.Accept(aborted.Code, tx.Now, askAtOnce: true),
                OrderOutcome.Accepted taken => refund.Accept(taken.Code, tx.Now, askAtOnce: false),
                // Not while it is announced to be away.
                _ when mayGoAgain => refund.Probed(GatewayHours.Maintenance, tx.Now),
                OrderOutcome.Unconfirmed unclear => refund.Probed(unclear.Code, tx.Now),
                _ => refund.HandOver("NEVER_DONE", tx.Now),
            }
        );
        return new RefundNext.Done();
    }

    /// <summary>
    /// Asks besides, because of a hint. Proof counts whenever it comes; what else the gateway says, even that it did
    /// nothing, counts only at the questions that are asked in their time.
    /// </summary>
    private async Task<bool> Reread(string clientId, RefundNext.Reread reread) =>
        await dispatcher.Ask(reread.Order, job.Token) is OrderOutcome.Settled settled
        && await InTransaction(clientId, tx => Prove(tx, reread.Order.RefundId, settled));

    private static async Task<bool> Prove(Tx tx, Guid refundId, OrderOutcome.Settled settled)
    {
        var row = (await RefundTable.Locked(tx, refundId))!;
        if (!RereadTable.MayBeProven(row.Refund.State))
        {
            await PaymentCheckTable.WantCompared(tx, row);
            return false;
        }
        await Save(tx, row, row.Refund.Settle(settled.TransactionKey, tx.Now));
        return true;
    }

    private static async Task Save(Tx tx, RefundRow row, Refund after)
    {
        await RefundWrites.Step(tx, row, after);
        if (after.State == RefundState.Failed)
        {
            await PaymentCheckTable.WantCompared(tx, row);
        }
    }

    // A stop of the process does not undo a step that is under way: the gateway may have answered already.
    private Task<T> InTransaction<T>(string clientId, Func<Tx, Task<T>> run) =>
        job.Db.InTransaction(clientId, run, CancellationToken.None);
}
