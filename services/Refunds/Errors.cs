using Grpc.Core;
using Mobility.Platform.Rpc;

namespace Mobility.Refunds;

/// <summary>Every reason for which this service refuses a call, besides the platform's.</summary>
public static class Errors
{
    public const string MemberUnknown = "MEMBER_UNKNOWN";
    public const string MemberSuspended = "MEMBER_SUSPENDED";
    public const string PersonEnrolled = "PERSON_ENROLLED";
    public const string StepUpRequired = "STEP_UP_REQUIRED";
    public const string OtherVendor = "OTHER_VENDOR";
    public const string PaymentUnknown = "PAYMENT_UNKNOWN";
    public const string PaymentExists = "PAYMENT_EXISTS";
    public const string DelegationUnknown = "DELEGATION_UNKNOWN";
    public const string DelegationOverlaps = "DELEGATION_OVERLAPS";
    public const string DelegationRevoked = "DELEGATION_REVOKED";
    public const string DelegationSuspended = "DELEGATION_SUSPENDED";
    public const string DelegationNotSuspended = "DELEGATION_NOT_SUSPENDED";
    public const string NotNarrower = "NOT_NARROWER";
    public const string DelegationDamaged = "DELEGATION_DAMAGED";
    public const string RefundUnknown = "REFUND_UNKNOWN";
    public const string RefundExpired = "REFUND_EXPIRED";
    public const string NotReplaceable = "NOT_REPLACEABLE";
    public const string RefundNotAwaiting = "REFUND_NOT_AWAITING";
    public const string RefundDamaged = "REFUND_DAMAGED";
    public const string RefundNotUnderReview = "REFUND_NOT_UNDER_REVIEW";
    public const string ReviewTooEarly = "REVIEW_TOO_EARLY";
    public const string ReviewExhausted = "REVIEW_EXHAUSTED";
    public const string TransactionKnown = "TRANSACTION_KNOWN";
    public const string SelfApproval = "SELF_APPROVAL";
    public const string SelfDealing = "SELF_DEALING";
    public const string ApprovalUsed = "APPROVAL_USED";
    public const string ApprovalOfAnotherRequest = "APPROVAL_OF_ANOTHER_REQUEST";
    public const string ApprovalOutdated = "APPROVAL_OUTDATED";
    public const string RoleNotAwaited = "ROLE_NOT_AWAITED";
    public const string NotRequester = "NOT_REQUESTER";
    public const string ClockSkew = "CLOCK_SKEW";
    public const string EventOfAnotherClient = "EVENT_OF_ANOTHER_CLIENT";
    public const string EventIncomplete = "EVENT_INCOMPLETE";

    public static Refusal Unknown(string reason, string name) =>
        new(StatusCode.NotFound, reason, $"There is no {name}.", ("resource", name));
}
