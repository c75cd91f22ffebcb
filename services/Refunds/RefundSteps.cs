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
    public async Task<bool> Advance(string clientId, Guid refundId)
    {
        var next = await InTransaction(clientId, tx => Begin(tx, refundId));
        return next switch
        {
            Next.Send send => await Send(clientId, send),
            Next.Ask ask => await Ask(clientId, ask),
            Next.Reread reread => await Reread(clientId, reread),
            Next.Decide decide => await InTransaction(clientId, tx => LateEvidence.Decide(tx, decide.RefundId)),
            Next.Done => true,
            _ => false,
        };
    }

    private async Task<Next> Begin(Tx tx, Guid refundId)
    {
        var row = (await RefundTable.Locked(tx, refundId))!;
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
                return new Next.Done();
            // Nobody is there to answer: it counts as asked, so that a person has it within a day all the same.
            case RefundState.Unconfirmed
            or RefundState.PendingAtGateway when dispatcher.CircuitOf(row.Action).Enter() is not null:
                await Save(tx, row, refund.Probed(CircuitBreaker.Open, tx.Now));
                return new Next.Done();
            case RefundState.Unconfirmed or RefundState.PendingAtGateway:
                await RefundWrites.Update(tx, refund with { NextTime = tx.Now + AskLease });
                return new Next.Ask(
                    await AttemptTable.Order(tx, row, await PaymentTable.Of(tx, refund, locked: false))
                );
            default:
                throw new InvalidOperationException($"refund {refundId} is {refund.State} and has a next time");
        }
    }

    private static bool IsPutOff(Refund refund, DateTimeOffset now) =>
        refund.State == RefundState.Approved && refund.NextTime > now;

    /// <summary>Follows a hint, unless nobody is there to answer; it stays until then.</summary>
    private async Task<Next> Besides(Tx tx, RefundRow row)
    {
        var circuit = dispatcher.CircuitOf(row.Action);
        var mayAsk = RereadTable.MayBeProven(row.Refund.State);
        if (mayAsk && circuit.Enter() is not null)
        {
            return new Next.Wait();
        }
        if (await RereadTable.Take(tx, row.Refund.RefundId) && mayAsk)
        {
            return new Next.Reread(
                await AttemptTable.Order(tx, row, await PaymentTable.Of(tx, row.Refund, locked: false))
            );
        }
        if (mayAsk)
        {
            circuit.Leave();
        }
        return new Next.Wait();
    }

    /// <summary>Through the fence, if somebody is behind it; else it waits where a stop still reaches it.</summary>
    private async Task<Next> Sendable(Tx tx, RefundRow row)
    {
        if (MaintenanceEnd(tx, row) is { } end)
        {
            return await PutOff(tx, row.Refund, GatewayHours.Maintenance, end);
        }
        var circuit = dispatcher.CircuitOf(row.Action);
        if (circuit.Enter() is { } later)
        {
            return await PutOff(tx, row.Refund, CircuitBreaker.Open, later);
        }
        var next = await Fence(tx, row);
        if (next is not Next.Send)
        {
            circuit.Leave();
        }
        return next;
    }

    // The back office stands beside the gateway.
    private DateTimeOffset? MaintenanceEnd(Tx tx, RefundRow row) =>
        Actions.IsCancel(row.Action) ? hours.MaintenanceEnd(tx.Now) : null;

    /// <summary>Waits before the fence; the code lets a stop find it before its time.</summary>
    private static async Task<Next> PutOff(Tx tx, Refund refund, string code, DateTimeOffset until)
    {
        await RefundWrites.Update(tx, refund with { GatewayCode = code, NextTime = until });
        return new Next.Wait();
    }

    /// <summary>Ends a wait that a stop or its time has ended; what waits for evidence is looked at again.</summary>
    private static async Task<Next> EndWait(Tx tx, RefundRow row)
    {
        if (await LateEvidence.EndOfWait(tx, row.Refund) is not { } ended)
        {
            var isDue = row.Refund is { State: RefundState.AwaitingEvidence } waiting && waiting.NextTime <= tx.Now;
            return isDue ? new Next.Decide(row.Refund.RefundId) : new Next.Wait();
        }
        await Save(tx, row, ended);
        return new Next.Done();
    }

    /// <summary>
    /// The dispatch fence. Once it has committed, a stop does not reach this refund any more; a stop that has committed
    /// before it is seen here, because both lock the delegation.
    /// </summary>
    private static async Task<Next> Fence(Tx tx, RefundRow row)
    {
        var refund = row.Refund;
        var delegation = await DelegationTable.Locked(tx, refund.DelegationId!.Value);
        if (delegation?.Lets(refund.Epoch, tx.Now) != true)
        {
            // What may have happened at the gateway is never let go: then a person has to look.
            await Save(
                tx,
                row,
                refund.State == RefundState.Approved ? refund.Withdraw(tx.Now) : refund.HandOver("STOPPED", tx.Now)
            );
            return new Next.Done();
        }
        // The gateway lets go of a key some day, and under a forgotten one it would do it a second time.
        if (
            refund.State == RefundState.Unconfirmed
            && Actions.IsCancel(row.Action)
            && await AttemptTable.FirstSent(tx, refund.RefundId) is { } first
            && tx.Now >= first + RefundFlow.KeyLife
        )
        {
            await Save(tx, row, refund.HandOver("KEY_EXPIRED", tx.Now));
            return new Next.Done();
        }
        var payment = await PaymentTable.Of(tx, refund, locked: true);
        if (await AttemptTable.AnotherInFlight(tx, refund))
        {
            // Whatever ends the other one has this one looked at again.
            return await PutOff(tx, refund, PaymentBusy, tx.Now + RefundFlow.OtherDelay);
        }
        var order = await AttemptTable.Order(tx, row, payment);
        var after = refund.Dispatch(tx.Now, tx.Now + CallDeadline);
        await Save(tx, row, after);
        await AttemptTable.Insert(tx, after, order);
        return new Next.Send(order, after.AttemptCount);
    }

    private async Task<bool> Send(string clientId, Next.Send send)
    {
        KillPoint.Reach("settle.before-send");
        var outcome = await dispatcher.Send(send.Order, job.Token);
        KillPoint.Reach("settle.after-reply");
        return await InTransaction(clientId, tx => Take(tx, send, outcome));
    }

    private async Task<bool> Take(Tx tx, Next.Send send, OrderOutcome outcome)
    {
        var row = (await RefundTable.Locked(tx, send.Order.RefundId))!;
        var refund = row.Refund;
        await AttemptTable.End(tx, refund.RefundId, send.Attempt, outcome);
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

    private async Task<bool> Ask(string clientId, Next.Ask ask)
    {
        var outcome = await dispatcher.Ask(ask.Order, job.Token);
        KillPoint.Reach("ask.after-reply");
        var next = await InTransaction(clientId, tx => Answer(tx, ask.Order, outcome));
        return next is not Next.Send send || await Send(clientId, send);
    }

    private async Task<Next> Answer(Tx tx, Order order, OrderOutcome outcome)
    {
        var row = (await RefundTable.Locked(tx, order.RefundId))!;
        var refund = row.Refund;
        var isPending = refund.State == RefundState.PendingAtGateway;
        if (!isPending && refund.State != RefundState.Unconfirmed)
        {
            return new Next.Done();
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
        return new Next.Done();
    }

    /// <summary>
    /// Asks besides, because of a hint. Proof counts whenever it comes; what else the gateway says, even that it did
    /// nothing, counts only at the questions that are asked in their time.
    /// </summary>
    private async Task<bool> Reread(string clientId, Next.Reread reread) =>
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

    private abstract record Next
    {
        public sealed record Send(Order Order, int Attempt) : Next;

        public sealed record Ask(Order Order) : Next;

        public sealed record Reread(Order Order) : Next;

        public sealed record Decide(Guid RefundId) : Next;

        public sealed record Done : Next;

        public sealed record Wait : Next;
    }
}
