using Grpc.Core;
using Mobility.Platform.Auth;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund that waits, under lock, the member who would say yes or no to it, and the vendor whose delegation
/// it is under.</summary>
public sealed record Waiting(RefundRow Row, MemberRow Member, Caller Caller, string Vendor);

/// <summary>Who may say yes or no to a refund that waits; each refusal has a reason of its own and changes
/// nothing.</summary>
public static class SecondPerson
{
    /// <summary>Locks the caller's member row and the refund.</summary>
    /// <exception cref="Refusal">The caller has no standing, there is no such refund, or the caller belongs to another
    /// company than the delegation's.</exception>
    public static async Task<Waiting> Enter(Tx tx, Caller caller, ResourceName name)
    {
        var member = await MemberTable.Standing(tx, caller, locked: true);
        var row = await RefundTable.Locked(tx, name.Id) ?? throw Errors.Unknown(Errors.RefundUnknown, name.ToString());
        var vendor =
            row.Refund.DelegationId is { } id && await DelegationTable.Get(tx, id) is { } delegation
                ? delegation.Vendor
                : "";
        return SpeaksFor(member, vendor)
            ? new Waiting(row, member, caller, vendor)
            : throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.OtherVendor,
                "A lead decides for the own vendor only, an officer for the client and for no vendor.",
                ("vendor", member.Vendor)
            );
    }

    /// <summary>Does what that person said earlier in that role still count? Not of one who was suspended since, went
    /// to another company, or turned out to get the money.</summary>
    public static async Task<bool> StillMay(Tx tx, Waiting waiting, string person, MemberRole role, PaymentRow? payment)
    {
        var member = ResourceName.TryParseTop(person, "people", out var id) ? await MemberTable.Locked(tx, id) : null;
        return member?.State == MemberState.Active
            && member.Role == role
            && SpeaksFor(member, waiting.Vendor)
            && !Gets(member, waiting.Row, payment);
    }

    // A lead speaks for the vendor, an officer for the client, who employs no vendor's people.
    private static bool SpeaksFor(MemberRow member, string vendor) =>
        string.Equals(member.Vendor, member.Role == MemberRole.Lead ? vendor : "", StringComparison.Ordinal);

    /// <summary>Four eyes: who asked never says yes or no to it, in whatever role.</summary>
    public static void MustDiffer(Waiting waiting)
    {
        if (string.Equals(waiting.Row.RequestedBy, waiting.Caller.Subject, StringComparison.Ordinal))
        {
            throw Self("the one who asked for it");
        }
    }

    /// <summary>Nor does anybody agree twice to the same: a second use of an approval is none, nor is a second role
    /// another person.</summary>
    public static void MustBeNew(Waiting waiting, string hash)
    {
        var before = waiting.Row.Approvals.FirstOrDefault(approval =>
            string.Equals(approval.Person, waiting.Caller.Subject, StringComparison.Ordinal)
            && (approval.Role != waiting.Member.Role || approval.RequestHash == hash)
        );
        if (before is null)
        {
            return;
        }
        throw before.Role == waiting.Member.Role
            ? new Refusal(
                StatusCode.FailedPrecondition,
                Errors.ApprovalUsed,
                "The caller has agreed to this refund already; an approval counts once.",
                ("approve_time", before.CreateTime.ToString("O"))
            )
            : Self("one who agreed before");
    }

    /// <summary>Nor does anybody agree to what is paid to himself.</summary>
    public static void MustBeDisinterested(Waiting waiting, PaymentRow? payment)
    {
        if (Gets(waiting.Member, waiting.Row, payment))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.SelfDealing,
                "The caller made the payment, or the customer is an account of the caller; somebody else has to decide."
            );
        }
    }

    /// <summary>Would the member get what the refund is about?</summary>
    public static bool Gets(MemberRow member, RefundRow row, PaymentRow? payment) =>
        member.Ties.Paid(payment) || member.Ties.Owns(row.CustomerId);

    /// <summary>It has to wait still; at the very moment of its expiry it does no more, whether the job came or
    /// not.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="row">The refund.</param>
    /// <param name="orForEvidence">May it wait for evidence as well as for people?</param>
    public static void MustWait(Tx tx, RefundRow row, bool orForEvidence = false)
    {
        var refund = row.Refund;
        if (refund.State == RefundState.Expired || refund.ExpireTime <= tx.Now)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.RefundExpired,
                "Its time ran out before it was decided; nothing is held for it.",
                ("state", Text.Name(refund.State))
            );
        }
        if (
            refund.State != RefundState.AwaitingApproval
            && !(orForEvidence && refund.State == RefundState.AwaitingEvidence)
        )
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.RefundNotAwaiting,
                $"The refund is {Text.Name(refund.State)}: it waits for nobody's answer.",
                ("state", Text.Name(refund.State))
            );
        }
    }

    private static Refusal Self(string who) =>
        new(
            StatusCode.PermissionDenied,
            Errors.SelfApproval,
            $"A second person has to decide, and the caller is {who}."
        );
}
