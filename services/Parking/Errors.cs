using Mobility.Parking.V1;

namespace Mobility.Parking;

/// <summary>Every reason with which this service refuses, beside those of Platform. The README says what each
/// means.</summary>
public static class Errors
{
    public const string ComplaintNotFound = "COMPLAINT_NOT_FOUND";
    public const string PhotoNotFound = "PHOTO_NOT_FOUND";
    public const string TooManyLookUps = "TOO_MANY_LOOK_UPS";
    public const string EtagMismatch = "ETAG_MISMATCH";
    public const string MemberSuspended = "MEMBER_SUSPENDED";
    public const string EventInvalid = "EVENT_INVALID";
    public const string ComplaintNotUpheld = "COMPLAINT_NOT_UPHELD";
    public const string ComplaintNotAnswered = "COMPLAINT_NOT_ANSWERED";
    public const string ComplaintAlreadyUpheld = "COMPLAINT_ALREADY_UPHELD";
    public const string ComplaintAlreadyDispatched = "COMPLAINT_ALREADY_DISPATCHED";
    public const string ComplaintAlreadyResolved = "COMPLAINT_ALREADY_RESOLVED";
    public const string ComplaintAlreadyRejected = "COMPLAINT_ALREADY_REJECTED";
    public const string ComplaintAlreadyWithdrawn = "COMPLAINT_ALREADY_WITHDRAWN";
    public const string ReopeningTooLate = "REOPENING_TOO_LATE";
    public const string FeedbackGiven = "FEEDBACK_GIVEN";
    public const string EpisodeNotShared = "EPISODE_NOT_SHARED";
    public const string ProofMissing = "PROOF_MISSING";
    public const string ContactKeyUnknown = "CONTACT_KEY_UNKNOWN";
    public const string PhotoLimitReached = "PHOTO_LIMIT_REACHED";
    public const string PhotoTooLarge = "PHOTO_TOO_LARGE";
    public const string PhotoTypeUnknown = "PHOTO_TYPE_UNKNOWN";
    public const string PhotoIsSvg = "PHOTO_IS_SVG";
    public const string PhotoIsHeic = "PHOTO_IS_HEIC";
    public const string PhotoTruncated = "PHOTO_TRUNCATED";
    public const string PhotoStructureWrong = "PHOTO_STRUCTURE_WRONG";
    public const string PhotoTooManyPixels = "PHOTO_TOO_MANY_PIXELS";
    public const string ZoneFileUnreadable = "ZONE_FILE_UNREADABLE";
    public const string ZoneSourcesExhausted = "ZONE_SOURCES_EXHAUSTED";
    public const string PositionFileUnreadable = "POSITION_FILE_UNREADABLE";

    /// <summary>The reason when a transition is refused because of the state in which the complaint is.</summary>
    /// <param name="state">The state.</param>
    /// <param name="otherwise">The reason in the states FILED and HELD, which are before every decision.</param>
    public static string AlreadyIn(ComplaintState state, string otherwise) =>
        state switch
        {
            ComplaintState.Upheld => ComplaintAlreadyUpheld,
            ComplaintState.Dispatched => ComplaintAlreadyDispatched,
            ComplaintState.Resolved => ComplaintAlreadyResolved,
            ComplaintState.Rejected => ComplaintAlreadyRejected,
            ComplaintState.Withdrawn => ComplaintAlreadyWithdrawn,
            _ => otherwise,
        };
}
