using Mobility.Faults.V1;

namespace Mobility.Faults;

/// <summary>Every reason with which this service refuses, beside those of Platform. The README says what each
/// means.</summary>
public static class Errors
{
    public const string FaultNotFound = "FAULT_NOT_FOUND";
    public const string VehicleNotFound = "VEHICLE_NOT_FOUND";
    public const string PrintedCodeInUse = "PRINTED_CODE_IN_USE";
    public const string EtagMismatch = "ETAG_MISMATCH";
    public const string MemberSuspended = "MEMBER_SUSPENDED";
    public const string EventInvalid = "EVENT_INVALID";
    public const string FaultAlreadyConfirmed = "FAULT_ALREADY_CONFIRMED";
    public const string FaultAlreadyRejected = "FAULT_ALREADY_REJECTED";
    public const string FaultAlreadyResolved = "FAULT_ALREADY_RESOLVED";

    /// <summary>The reason when a transition is refused because of the state in which the fault is.</summary>
    public static string AlreadyIn(FaultState state) =>
        state switch
        {
            FaultState.Confirmed => FaultAlreadyConfirmed,
            FaultState.Rejected => FaultAlreadyRejected,
            FaultState.Resolved => FaultAlreadyResolved,
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Every action is allowed in this state."),
        };
}
