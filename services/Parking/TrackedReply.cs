using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>A complaint as its reporter sees it: a message of its own, so that a field added for staff is never shown
/// by accident.</summary>
internal static class TrackedReply
{
    /// <summary>The complaint; null when there is none, after the same statements.</summary>
    public static async Task<TrackedComplaint?> Find(Tx tx, Guid id)
    {
        var found = await ComplaintTable.Find(tx, id);
        var reply = await Of(tx, found ?? new Complaint { ClientId = tx.ClientId, Id = id });
        return found is null ? null : reply;
    }

    public static async Task<TrackedComplaint> Of(Tx tx, Complaint complaint)
    {
        var extras = await ComplaintExtras.Of(tx, complaint);
        var rule = Replies.RuleOf(complaint, Replies.CurrencyOf(tx));
        rule.Zone = "";
        return new TrackedComplaint
        {
            State = complaint.State,
            Category = complaint.Category,
            PrintedCodes = { complaint.PrintedCodes },
            Point = Replies.PointOf(complaint),
            Rule = rule,
            DueTime = complaint.DueTime?.ToTimestamp(),
            OtherComplaintCount = extras.OtherCount,
            DecisionReason = complaint.DecisionReason,
            AnswerTime = complaint.AnswerTime?.ToTimestamp(),
            ReopenUntilTime = complaint.ReopenUntilTime is { } until && tx.Now < until ? until.ToTimestamp() : null,
            Withdrawable = complaint.State is ComplaintState.Filed or ComplaintState.Held or ComplaintState.Upheld,
            Feedback = Replies.FeedbackOf(extras),
            Photos = { PhotosOf(complaint, extras).Select(photo => Names.Of(tx.ClientId, Names.Photos, photo)) },
            Messages = { await ToldMessageTable.Of(tx, complaint.Id) },
            Language = complaint.Language,
            CreateTime = complaint.CreateTime.ToTimestamp(),
            Client = $"clients/{complaint.ClientId}",
        };
    }

    /// <summary>The reporter's own, and the proof of the answer, which may be a photo of a neighbour's
    /// complaint.</summary>
    public static IEnumerable<Guid> PhotosOf(Complaint complaint, ComplaintExtras extras) =>
        complaint.ProofPhotoId is { } proof ? extras.OwnPhotoIds.Append(proof).Distinct() : extras.OwnPhotoIds;

    /// <summary>The reply without anything in the reporter's own words.</summary>
    public static TrackedComplaint WithoutWords(TrackedComplaint reply)
    {
        var silent = reply.Clone();
        if (silent.Feedback is not null)
        {
            silent.Feedback.Text = "";
        }

        return silent;
    }

    /// <summary>The reply with the reporter's words as they stand in the rows.</summary>
    public static async Task<TrackedComplaint> WithWords(Tx tx, Guid id, TrackedComplaint silent)
    {
        var reply = silent.Clone();
        if (reply.Feedback is not null && await ComplaintTable.Find(tx, id) is { } complaint)
        {
            reply.Feedback.Text = (await ComplaintExtras.Of(tx, complaint)).FeedbackText;
        }

        return reply;
    }
}
