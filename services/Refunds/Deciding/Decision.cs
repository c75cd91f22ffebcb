using System.Collections.Immutable;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// What the rules say of a request. Allowed means: no condition failed and Clause names the permit. When all that is
/// missing is a second person's agreement, Approvers say whose, Clause names the permit and the one failed condition
/// says so.
/// </summary>
public sealed record Decision
{
    public required bool Allowed { get; init; }

    /// <summary>Who still has to agree, in order; empty when allowed and when denied.</summary>
    public required ImmutableArray<MemberRole> Approvers { get; init; }

    /// <summary>The kinds of evidence that are all that is missing; empty when anything else fails, or nothing
    /// does.</summary>
    public required ImmutableArray<Evidence> Missing { get; init; }

    /// <summary>Would it go on if evidence came? Nothing is held until then.</summary>
    public bool NeedsEvidence => !Missing.IsEmpty;

    /// <summary>May it go on, at once or once somebody has agreed? Then its amount is held.</summary>
    public bool Admitted => Allowed || !Approvers.IsEmpty;

    /// <summary>Every condition that failed, not only the first.</summary>
    public required ImmutableArray<FailedCondition> Failed { get; init; }

    /// <summary>Id of the permit clause that allows it; empty when denied.</summary>
    public required string Clause { get; init; }

    /// <summary>Where the amount is held, one place for each budget that applies; empty when denied.</summary>
    public required ImmutableArray<BudgetSlot> Debits { get; init; }

    /// <summary>What is left in each budget that applies: after this refund when admitted, now when denied.</summary>
    public required ImmutableArray<BudgetLeft> Balances { get; init; }

    /// <summary>The largest amount in minor units that the same request would be allowed for at once; null when
    /// none.</summary>
    public required long? AllowedAmount { get; init; }

    /// <summary>Who could allow it as asked: "lead", "client_officer"; when a second person has to agree, who in order;
    /// empty when allowed or when nobody can.</summary>
    public required ImmutableArray<string> AllowedBy { get; init; }

    /// <summary>What the same amount may be made good by instead, when the gateway cannot pay back any more; empty
    /// otherwise.</summary>
    public required ImmutableArray<RefundAction> Instead { get; init; }
}

/// <summary>One condition that failed: a code of <see cref="Codes"/>, the clause or budget,
/// a sentence with figures.</summary>
public sealed record FailedCondition(string Code, string Rule, string Message);

/// <summary>What is left of a budget; a null limit leaves a null.</summary>
public sealed record BudgetLeft(BudgetSlot Slot, long? Amount, long? Count);

/// <summary>Codes of failed conditions.</summary>
public static class Codes
{
    public const string AmountNotPositive = "AMOUNT_NOT_POSITIVE";
    public const string AmountExceedsPayment = "AMOUNT_EXCEEDS_PAYMENT";
    public const string RideNotRunning = "RIDE_NOT_RUNNING";
    public const string VehicleUnknown = "VEHICLE_UNKNOWN";
    public const string ReasonUnknown = "REASON_UNKNOWN";
    public const string GatewayDeadlinePassed = "GATEWAY_DEADLINE_PASSED";
    public const string MemberUnknown = "MEMBER_UNKNOWN";
    public const string MemberSuspended = "MEMBER_SUSPENDED";
    public const string SelfDealing = "SELF_DEALING";

    public const string DelegationMissing = "DELEGATION_MISSING";
    public const string DelegationSuspended = "DELEGATION_SUSPENDED";
    public const string DelegationRevoked = "DELEGATION_REVOKED";
    public const string DelegationNotStarted = "DELEGATION_NOT_STARTED";
    public const string DelegationExpired = "DELEGATION_EXPIRED";
    public const string CatalogueUnavailable = "CATALOGUE_UNAVAILABLE";

    public const string Forbidden = "FORBIDDEN";
    public const string ForbidUndecided = "FORBID_UNDECIDED";
    public const string NoPermit = "NO_PERMIT";

    public const string ProductNotCovered = "PRODUCT_NOT_COVERED";
    public const string ProductUnknown = "PRODUCT_UNKNOWN";
    public const string ReasonNotCovered = "REASON_NOT_COVERED";
    public const string InstrumentNotCovered = "INSTRUMENT_NOT_COVERED";
    public const string LevelTooLow = "LEVEL_TOO_LOW";
    public const string AmountBelowClause = "AMOUNT_BELOW_CLAUSE";
    public const string AmountAboveClause = "AMOUNT_ABOVE_CLAUSE";
    public const string CustomerAboveClause = "CUSTOMER_ABOVE_CLAUSE";
    public const string CaseAboveClause = "CASE_ABOVE_CLAUSE";
    public const string ShareAboveClause = "SHARE_ABOVE_CLAUSE";
    public const string RideTooOld = "RIDE_TOO_OLD";
    public const string RideAgeUnknown = "RIDE_AGE_UNKNOWN";
    public const string OutsideWindow = "OUTSIDE_WINDOW";
    public const string TierNeedsApproval = "TIER_NEEDS_APPROVAL";
    public const string TierNever = "TIER_NEVER";

    public const string RideRecordMissing = "RIDE_RECORD_MISSING";
    public const string RideRecordOpen = "RIDE_RECORD_OPEN";
    public const string RideRecordContradicts = "RIDE_RECORD_CONTRADICTS";
    public const string FaultReportMissing = "FAULT_REPORT_MISSING";
    public const string FaultNotConfirmed = "FAULT_NOT_CONFIRMED";
    public const string AwaitingEvidenceExceeded = "AWAITING_EVIDENCE_EXCEEDED";

    public const string BudgetAmountExceeded = "BUDGET_AMOUNT_EXCEEDED";
    public const string BudgetCountExceeded = "BUDGET_COUNT_EXCEEDED";
    public const string BudgetNeedsApproval = "BUDGET_NEEDS_APPROVAL";
    public const string BudgetUnknown = "BUDGET_UNKNOWN";
    public const string CaseUnknown = "CASE_UNKNOWN";
    public const string CaseOfAnother = "CASE_OF_ANOTHER";
}
