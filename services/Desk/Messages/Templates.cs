using Mobility.Desk.V1;

namespace Mobility.Desk;

/// <summary>A kind of thing that people are told. Its words stand in the language files of whoever shows
/// them.</summary>
/// <param name="Key">Key of the words, and the kind of the first message of it about a subject.</param>
/// <param name="IsAnswer">Does it answer the person, or only say that something came or goes on?</param>
/// <param name="CanWait">May it wait until the quiet hours are over?</param>
/// <param name="Values">Names of the values that it may hold.</param>
public sealed record Template(string Key, bool IsAnswer, bool CanWait, params string[] Values);

/// <summary>All that people are told, a line each.</summary>
public static class Templates
{
    public const string FaultReceived = "fault-received";
    public const string FaultResolved = "fault-resolved";
    public const string RefundSettled = "refund-settled";
    public const string RefundDenied = "refund-denied";
    public const string RefundDeclined = "refund-declined";
    public const string RefundExpired = "refund-expired";
    public const string RefundWithdrawn = "refund-withdrawn";
    public const string RefundFailed = "refund-failed";
    public const string RefundReturned = "refund-returned";
    public const string ComplaintReceived = "complaint-received";
    public const string ComplaintUpheld = "complaint-upheld";
    public const string ComplaintDispatched = "complaint-dispatched";
    public const string ComplaintResolved = "complaint-resolved";
    public const string ComplaintRejected = "complaint-rejected";
    public const string ComplaintReopened = "complaint-reopened";

    /// <summary>An agent's own words to a rider.</summary>
    public const string Reply = "reply";

    /// <summary>An agent's own words to a rider that ask for something: the clocks wait for the rider.</summary>
    public const string Question = "question";

    /// <summary>An agent lets anybody know that the matter is being worked on.</summary>
    public const string InProgress = "in-progress";

    /// <summary>What agents may send; all else is sent by the system.</summary>
    public static readonly IReadOnlyList<string> ByHand = [Reply, Question, InProgress];

    /// <summary>Does an agent write the words? Then the next one about the subject is another kind.</summary>
    public static bool IsOwnWords(string key) => key is Reply or Question;

    private static readonly Dictionary<string, Template> ByKey = new Template[]
    {
        new(FaultReceived, IsAnswer: false, CanWait: true, "category"),
        new(FaultResolved, IsAnswer: true, CanWait: true, "category"),
        // That money came back is what the person waits for, at any hour.
        new(RefundSettled, IsAnswer: true, CanWait: false, "action", "reason", "amount", "currency"),
        new(RefundDenied, IsAnswer: true, CanWait: true, "action", "reason", "amount", "currency"),
        new(RefundDeclined, IsAnswer: true, CanWait: true, "action", "reason", "amount", "currency"),
        new(RefundExpired, IsAnswer: true, CanWait: true, "action", "reason", "amount", "currency"),
        new(RefundWithdrawn, IsAnswer: true, CanWait: true, "action", "reason", "amount", "currency"),
        // A person has to look: the rider hears so and waits on, which answers nothing yet.
        new(RefundFailed, IsAnswer: false, CanWait: true, "action", "reason", "amount", "currency"),
        new(RefundReturned, IsAnswer: false, CanWait: true, "action", "reason", "amount", "currency"),
        new(ComplaintReceived, IsAnswer: false, CanWait: true, "category", "vehicle_count", "due_time"),
        new(ComplaintUpheld, IsAnswer: true, CanWait: true, "category", "vehicle_count", "due_time"),
        new(ComplaintDispatched, IsAnswer: true, CanWait: true, "category", "vehicle_count", "due_time"),
        new(ComplaintResolved, IsAnswer: true, CanWait: true, "category", "vehicle_count", "decision_reason"),
        new(ComplaintRejected, IsAnswer: true, CanWait: true, "category", "vehicle_count", "decision_reason"),
        new(ComplaintReopened, IsAnswer: false, CanWait: true, "category", "vehicle_count", "due_time"),
        new(Reply, IsAnswer: true, CanWait: true),
        new(Question, IsAnswer: true, CanWait: true),
        new(InProgress, IsAnswer: true, CanWait: true),
    }.ToDictionary(t => t.Key, StringComparer.Ordinal);

    public static IReadOnlyCollection<Template> All => ByKey.Values;

    public static Template Of(string key) => ByKey[key];

    /// <summary>A language that people are told things in; Korean unless English was asked for.</summary>
    public static string LanguageOf(string asked) => asked is "en" ? "en" : "ko";

    public static MessagePlace PlaceOf(string recipientCollection) =>
        recipientCollection is Names.Complaints ? MessagePlace.TrackingPage : MessagePlace.Inbox;

    /// <summary>The kind of the first, second and later message of a template about one subject.</summary>
    public static string Kind(string key, int number) => number <= 1 ? key : $"{key}-{number}";
}
