using System.Collections.Immutable;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is asked for; the amount in minor units.</summary>
public sealed record RefundAsked
{
    public required Guid PaymentId { get; init; }
    public required Guid? FaultId { get; init; }
    public required RefundAction Action { get; init; }
    public required string Reason { get; init; }
    public required long Amount { get; init; }
    public required string Note { get; init; }

    /// <summary>The caller's id of the request; null for a quote and for what the service itself asks.</summary>
    public Guid? RequestId { get; init; }
}

/// <summary>A request with everything its decision depends on.</summary>
public sealed record Weighed(
    string ClientId,
    Decision Decision,
    RefundFacts Facts,
    PaymentRow Payment,
    DelegationRow? Delegation
);

/// <summary>
/// Decides a request on locked rows and writes what follows in the same transaction. Locks are taken in one order
/// everywhere: delegation, budgets by key, payment.
/// </summary>
public static class Admission
{
    public static async Task<RefundRow> Admit(Tx tx, RefundAsked asked, RequesterFacts requester, Guid? delegationId)
    {
        await HostClock.Check(tx);
        var weighed = await Weigh(tx, asked, requester, delegationId, locked: true);
        var row = NewRow(tx, asked, weighed);
        await RefundTable.Insert(tx, row, weighed.Facts);
        RefundEvents.Publish(tx, row);
        if (weighed.Decision.Allowed)
        {
            await Holdings.Hold(tx, row.Refund);
            tx.Wake(SettleRefunds.Job);
        }
        return row;
    }

    /// <summary>Collects the facts and decides; without locks it only says what would be decided now.</summary>
    public static async Task<Weighed> Weigh(
        Tx tx,
        RefundAsked asked,
        RequesterFacts requester,
        Guid? delegationId,
        bool locked
    )
    {
        var delegation = delegationId is { } id ? await Read(tx, id, locked) : null;
        var policy = delegation?.Policy();
        var payment =
            await PaymentTable.Get(tx, asked.PaymentId)
            ?? throw Errors.Unknown(
                Errors.PaymentUnknown,
                new ResourceName(tx.ClientId, "payments", asked.PaymentId).ToString()
            );
        var client = tx.Clients.Find(tx.ClientId)!;
        var facts = new RefundFacts
        {
            Now = tx.Now,
            Zone = client.TimeZone,
            Currency = client.Currency,
            Request = new RequestFacts(asked.Action, asked.Reason, asked.Amount),
            Requester = requester,
            Delegation = delegation?.Facts(),
            Payment = Facts(payment),
            Ride = await FactCopies.Ride(tx, payment.RideId),
            Fault = await FactCopies.Faults(tx, payment.RideId, asked.FaultId),
        };
        if (policy is not null)
        {
            ImmutableArray<BudgetSlot> slots = [.. BudgetRoom.Slots(policy, facts)];
            facts = facts with { Uses = await BudgetTable.Uses(tx, delegation!.DelegationId, slots, locked) };
        }
        if (locked)
        {
            payment = await PaymentTable.Locked(tx, payment.PaymentId);
            facts = facts with { Payment = Facts(payment) };
        }
        return new Weighed(
            tx.ClientId,
            RefundRules.Decide(policy, facts, ReasonCatalogue.Current),
            facts,
            payment,
            delegation
        );
    }

    private static Task<DelegationRow?> Read(Tx tx, Guid delegationId, bool locked) =>
        locked ? DelegationTable.Locked(tx, delegationId) : DelegationTable.Get(tx, delegationId);

    private static PaymentFacts Facts(PaymentRow payment) =>
        new(
            payment.PaymentId.ToString(),
            payment.CustomerId.ToString(),
            payment.Instrument,
            payment.ApproveTime,
            payment.Amount,
            payment.Settled,
            payment.Held
        );

    private static RefundRow NewRow(Tx tx, RefundAsked asked, Weighed weighed)
    {
        var decision = weighed.Decision;
        return new RefundRow
        {
            Refund = new Refund
            {
                ClientId = tx.ClientId,
                RefundId = Guid.CreateVersion7(tx.Now),
                PaymentId = asked.PaymentId,
                Amount = asked.Amount,
                DelegationId = weighed.Delegation?.DelegationId,
                Epoch = weighed.Delegation?.Epoch ?? 0,
                Debits = decision.Debits,
                State = decision.Allowed ? RefundState.Approved : RefundState.Denied,
                Revision = 1,
                UpdateTime = tx.Now,
                NextTime = decision.Allowed ? tx.Now : null,
            },
            RideId = weighed.Payment.RideId,
            CustomerId = weighed.Payment.CustomerId,
            FaultId = asked.FaultId,
            Action = asked.Action,
            Reason = asked.Reason,
            Note = asked.Note,
            RequestedBy = weighed.Facts.Requester.Person,
            RequestId = asked.RequestId,
            Actor = weighed.Facts.Requester.Actor,
            Currency = weighed.Facts.Currency,
            Decision = DecisionWire.Of(weighed),
            CreateTime = tx.Now,
        };
    }
}
