using System.Diagnostics;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is asked for and by whom: nobody is the service itself. Trace: where the call was, for the event's
/// envelope.</summary>
public sealed record AdmissionAsk(RefundAsked Asked, Caller? Caller, Activity? Trace = null)
{
    /// <summary>The caller's id; empty when the caller is no person.</summary>
    public Guid Person { get; } =
        ResourceName.TryParseTop(Caller?.Subject ?? "", "people", out var person) ? person : Guid.Empty;
}

/// <summary>A request that was decided and is to be written: its row, what it was decided on, where the call
/// was.</summary>
public sealed record DecidedAsk(RefundRow Row, RefundFacts Facts, Activity? Trace);

/// <summary>What came of a request: a row, or why it was refused and nothing written. Neither: it has to be asked
/// alone.</summary>
public sealed record AdmissionOutcome(RefundRow? Row, Refusal? Refusal);

/// <summary>
/// Decides requests on locked rows, each on what those before it left, and writes what follows in the same transaction.
/// However arrivals are split into transactions, decisions, balances and leaves are the same. Locks are taken in one
/// order everywhere: members, refunds from the newest on, delegation, customers and cases, budgets by key, payments by
/// id.
/// </summary>
public static class Admission
{
    /// <summary>One request.</summary>
    public static async Task<RefundRow> Admit(Tx tx, RefundAsked asked, Caller? caller)
    {
        var outcome = (await Admit(tx, [new AdmissionAsk(asked, caller)], _ => { }, () => _ => true))[0];
        return outcome.Row ?? throw outcome.Refusal!;
    }

    /// <summary>Many of one delegation, in the order of their arrival.</summary>
    /// <param name="tx">The transaction; what is written goes with its commit.</param>
    /// <param name="asks">At least one.</param>
    /// <param name="alsoLook">What else the caller wants to see once the delegation is locked.</param>
    /// <param name="seen">Asked after that: may the request of that number be decided here?</param>
    public static async Task<IReadOnlyList<AdmissionOutcome>> Admit(
        Tx tx,
        IReadOnlyList<AdmissionAsk> asks,
        Action<Round> alsoLook,
        Func<Func<int, bool>> seen
    )
    {
        var rows = await AdmissionRows.Lock(tx, asks, alsoLook);
        var mayBeHere = seen();
        var outcomes = new List<AdmissionOutcome>();
        var decided = new List<DecidedAsk>();
        foreach (var (n, ask) in asks.Index())
        {
            outcomes.Add(rows.Covers(ask) && mayBeHere(n) ? Decide(tx, rows, n, ask, decided) : new(null, null));
        }
        if (decided.Count > 0)
        {
            await AdmissionWrites.Write(tx, rows.Delegation, decided);
        }
        return outcomes;
    }

    private static AdmissionOutcome Decide(
        Tx tx,
        AdmissionRows rows,
        int n,
        AdmissionAsk ask,
        List<DecidedAsk> decidedBefore
    )
    {
        try
        {
            // Who has no standing does not hear either whether there is such a payment.
            var requester = rows.Requester(ask);
            var payment = rows.Payment(tx, ask);
            rows.MayReplace(tx, ask);
            var facts = rows.Facts(tx, n, requester, payment);
            var weighed = Weighing.Decided(tx, ask.Asked, rows.Policy, facts, payment, rows.Delegation);
            var row = NewRow(tx, ask.Asked, weighed);
            if (weighed.Decision.Admitted)
            {
                rows.Hold(payment, row.Refund);
            }
            if (weighed.Decision.NeedsEvidence)
            {
                rows.Wait(payment!);
            }
            if (row.Refund.State != RefundState.Denied)
            {
                rows.Replace(row);
            }
            if (row.Refund.State == RefundState.Approved)
            {
                tx.Wake(SettleRefunds.Job);
            }
            decidedBefore.Add(new DecidedAsk(row, facts, ask.Trace));
            return new AdmissionOutcome(row, null);
        }
        catch (Refusal refusal)
        {
            return new AdmissionOutcome(null, refusal);
        }
    }

    private static RefundRow NewRow(Tx tx, RefundAsked asked, Weighed weighed)
    {
        var target = weighed.Target;
        var row = new RefundRow
        {
            Refund = NewRefund(tx, asked, weighed),
            RideId = target.RideId,
            CustomerId = target.CustomerId,
            VehicleId = target.VehicleId,
            FaultId = asked.FaultId,
            ComplaintId = asked.ComplaintId,
            CaseId = asked.CaseId,
            Action = asked.Action,
            Reason = asked.Reason,
            Note = asked.Note,
            RequestedBy = weighed.Facts.Requester.Person,
            RequestId = asked.RequestId,
            Replaces = asked.Replaces,
            Actor = weighed.Facts.Requester.Actor,
            Currency = weighed.Facts.Currency,
            Decision = DecisionWire.Of(weighed),
            SignedRequest = "",
            RequestHash = "",
            CreateTime = tx.Now,
        };
        var signed = SignedRequest.Of(row, weighed).ToJson();
        return row with { SignedRequest = signed, RequestHash = SignedRequest.Hash(signed) };
    }

    private static Refund NewRefund(Tx tx, RefundAsked asked, Weighed weighed)
    {
        var decision = weighed.Decision;
        var waits = !decision.Approvers.IsEmpty;
        DateTimeOffset? expire =
            waits ? tx.Now + RefundFlow.ApprovalLife
            : decision.NeedsEvidence ? tx.Now + RefundFlow.EvidenceLife
            : null;
        var refund = new Refund
        {
            ClientId = tx.ClientId,
            RefundId = Guid.CreateVersion7(tx.Now),
            PaymentId = asked.PaymentId,
            Amount = asked.Amount,
            DelegationId = weighed.Delegation?.DelegationId,
            Epoch = weighed.Delegation?.Epoch ?? 0,
            Debits = decision.Debits,
            State =
                decision.Allowed ? RefundState.Approved
                : waits ? RefundState.AwaitingApproval
                : decision.NeedsEvidence ? RefundState.AwaitingEvidence
                : RefundState.Denied,
            Revision = 1,
            UpdateTime = tx.Now,
            AwaitedRole = waits ? decision.Approvers[0] : MemberRole.Unspecified,
            ExpireTime = expire,
            NextTime = decision.Allowed ? tx.Now : expire,
        };
        return decision.NeedsEvidence ? refund.WaitOn(tx.Now) : refund;
    }
}
