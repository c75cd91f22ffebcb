using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>Reads and places what agents and leads ask for; a quote and a request are read alike.</summary>
public static class RefundRequest
{
    private const long AmountMax = 10_000_000;

    public static RefundAsked Read(Check check, ClientProfile client, V1.Refund? wire)
    {
        check.That(wire is not null, "refund", "must be set");
        var refund = wire ?? new V1.Refund();
        check.That(refund.Payment.Length > 0, "refund.payment", "must be set");
        check.Known(refund.Action, "refund.action");
        check.That(
            refund.Action is RefundAction.CardRefund or RefundAction.Unspecified,
            "refund.action",
            "must be CARD_REFUND: the others are not available yet"
        );
        check.That(
            ReasonCatalogue.Current.Find(refund.Reason) is not null,
            "refund.reason",
            "must be a code of the reason catalogue"
        );
        return new RefundAsked
        {
            PaymentId = check.NameOf(client, refund.Payment, "refund.payment", "payments")?.Id ?? Guid.Empty,
            FaultId = check.NameOf(client, refund.Fault, "refund.fault", "faults")?.Id,
            Action = refund.Action,
            Reason = refund.Reason,
            Amount = check.Money(refund.Amount, "refund.amount", client, 1, AmountMax).Minor,
            Note = check.Text(refund.Note, "refund.note", 0, Limits.TextLength),
        };
    }

    /// <summary>The caller as the decision sees it, by the member's row and not by the token,
    /// and the vendor's delegation.</summary>
    public static async Task<(RequesterFacts Requester, Guid? DelegationId)> Requester(
        Tx tx,
        Caller caller,
        bool locked
    )
    {
        var member = await MemberTable.Standing(tx, caller, locked);
        var actor = member.Role == MemberRole.Lead ? Actor.Lead : Actor.Agent;
        var requester = new RequesterFacts(actor, caller.Subject, member.Level, member.State);
        return (requester, await DelegationTable.OfVendor(tx, member.Vendor));
    }
}
