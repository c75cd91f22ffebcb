namespace Mobility.Desk;

/// <summary>Every reason with which this service refuses, beside those of Platform. The README says what each
/// means.</summary>
public static class Errors
{
    public const string MemberSuspended = "MEMBER_SUSPENDED";
    public const string EventInvalid = "EVENT_INVALID";
}
