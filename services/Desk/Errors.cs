namespace Mobility.Desk;

/// <summary>Every reason with which this service refuses, beside those of Platform. The README says what each
/// means.</summary>
public static class Errors
{
    public const string MemberSuspended = "MEMBER_SUSPENDED";
    public const string EtagMismatch = "ETAG_MISMATCH";
    public const string CaseNotFound = "CASE_NOT_FOUND";
    public const string CaseAlreadyClosed = "CASE_ALREADY_CLOSED";
    public const string CaseHasOpenParts = "CASE_HAS_OPEN_PARTS";
    public const string CaseWithLead = "CASE_WITH_LEAD";
    public const string OwnerNotOnDuty = "OWNER_NOT_ON_DUTY";
    public const string AgentTakesOnly = "AGENT_TAKES_ONLY";
    public const string ContactEnded = "CONTACT_ENDED";
    public const string AlreadyTold = "ALREADY_TOLD";
    public const string EventInvalid = "EVENT_INVALID";
    public const string ShiftNotFound = "SHIFT_NOT_FOUND";
    public const string ShiftOverlaps = "SHIFT_OVERLAPS";
    public const string ShiftAlreadyCancelled = "SHIFT_ALREADY_CANCELLED";
    public const string OtherVendor = "OTHER_VENDOR";
    public const string ShiftOver = "SHIFT_OVER";
    public const string MemberNotActive = "MEMBER_NOT_ACTIVE";
    public const string DutyRoleNotHeld = "DUTY_ROLE_NOT_HELD";
    public const string RunTooLong = "RUN_TOO_LONG";
}
