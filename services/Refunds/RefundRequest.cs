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
        var hasAmount = Actions.HasAmount(refund.Action);
        var none = $"must be unset for {Text.Name(refund.Action)}";
        check.That(refund.Payment.Length > 0 == hasAmount, "refund.payment", hasAmount ? "must be set" : none);
        check.Known(refund.Action, "refund.action");
        check.That(
            ReasonCatalogue.Current.Find(refund.Reason) is not null,
            "refund.reason",
            "must be a code of the reason catalogue"
        );
        return new RefundAsked
        {
            PaymentId = check.NameOf(client, refund.Payment, "refund.payment", "payments")?.Id,
            RideId = Target(RefundAction.EndRide, refund.Ride, "refund.ride", "rides"),
            VehicleId = Target(RefundAction.LockVehicle, refund.Vehicle, "refund.vehicle", "vehicles"),
            ComplaintId = check.NameOf(client, refund.Complaint, "refund.complaint", "complaints")?.Id,
            CaseId = check.NameOf(client, refund.Case, "refund.case", "cases")?.Id,
            FaultId = check.NameOf(client, refund.Fault, "refund.fault", "faults")?.Id,
            Action = refund.Action,
            Reason = refund.Reason,
            Amount = Amount(),
            Note = check.Text(refund.Note, "refund.note", 0, Limits.TextLength),
            Replaces = Replaces(),
        };

        Guid? Replaces()
        {
            check.That(hasAmount || refund.Replaces.Length == 0, "refund.replaces", none);
            return check.NameOf(client, refund.Replaces, "refund.replaces", "refunds")?.Id;
        }

        // What an action is not about is output only, so it is ignored.
        Guid? Target(RefundAction action, string name, string field, string collection)
        {
            if (refund.Action != action)
            {
                return null;
            }
            check.That(name.Length > 0, field, "must be set");
            return check.NameOf(client, name, field, collection)?.Id;
        }

        long Amount()
        {
            if (hasAmount)
            {
                return check.Money(refund.Amount, "refund.amount", client, 1, AmountMax).Minor;
            }
            check.That(refund.Amount is null, "refund.amount", none);
            return 0;
        }
    }

    /// <summary>Who asked, as the member's row says now: one who lost the standing or the role since is none.</summary>
    public static async Task<RequesterFacts> RequesterNow(Tx tx, RefundRow row)
    {
        if (row.Actor == Actor.System)
        {
            return RequesterFacts.TheService;
        }
        var member = ResourceName.TryParseTop(row.RequestedBy, "people", out var personId)
            ? await MemberTable.Locked(tx, personId)
            : null;
        return member is null || ActorOf(member) != row.Actor
            ? new RequesterFacts(row.Actor, row.RequestedBy, 0, null)
            : new RequesterFacts(row.Actor, row.RequestedBy, member.Level, member.State) { Ties = member.Ties };
    }

    /// <summary>What a member asks as.</summary>
    public static Actor ActorOf(MemberRow member) =>
        member.Role switch
        {
            MemberRole.Agent => Actor.Agent,
            MemberRole.Lead => Actor.Lead,
            _ => Actor.Unspecified,
        };

    /// <summary>The caller as a quote sees it, by the member's row and not by the token, and the vendor's
    /// delegation.</summary>
    public static async Task<(RequesterFacts Requester, Guid? DelegationId)> Requester(Tx tx, Caller caller)
    {
        var member = await MemberTable.Standing(tx, caller, locked: false);
        var requester = new RequesterFacts(ActorOf(member), caller.Subject, member.Level, member.State)
        {
            Ties = member.Ties,
        };
        return (requester, await DelegationTable.OfVendor(tx, member.Vendor));
    }
}
