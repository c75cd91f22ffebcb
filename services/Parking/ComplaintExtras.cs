using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>What is shown with a complaint and is not in its row.</summary>
internal sealed record ComplaintExtras
{
    public Guid ComplaintId { get; init; }

    /// <summary>Other complaints of its episode that count: neither held, rejected nor withdrawn.</summary>
    public int OtherCount { get; init; }
    public bool HasContact { get; init; }
    public Guid[] PhotoIds { get; init; } = [];

    /// <summary>Those of the reporter, or of who filed it for the reporter.</summary>
    public Guid[] OwnPhotoIds { get; init; } = [];

    /// <summary>Of the last answer; 0 when nothing was said.</summary>
    public FeedbackVerdict Verdict { get; init; }
    public string FeedbackText { get; init; } = "";
    public DateTimeOffset? FeedbackTime { get; init; }

    public static async Task<ComplaintExtras> Of(Tx tx, Complaint complaint) =>
        (await Of(tx, [complaint])).GetValueOrDefault(complaint.Id) ?? new ComplaintExtras();

    /// <summary>Those of each complaint, by its id.</summary>
    public static async Task<Dictionary<Guid, ComplaintExtras>> Of(Tx tx, IReadOnlyList<Complaint> complaints)
    {
        var rows = await tx.List<ComplaintExtras>(
            """
            SELECT asked.id AS complaint_id,
                (SELECT count(*)::integer FROM complaints AS other
                 WHERE other.client_id = @ClientId AND other.episode_id = asked.episode_id AND other.id <> asked.id
                     AND other.state IN (1, 3, 4, 5)) AS other_count,
                EXISTS (
                    SELECT 1 FROM contacts WHERE contacts.client_id = @ClientId AND contacts.complaint_id = asked.id
                ) AS has_contact,
                ARRAY(
                    SELECT photos.id FROM photos
                    WHERE photos.client_id = @ClientId AND photos.complaint_id = asked.id
                    ORDER BY photos.create_time, photos.id) AS photo_ids,
                ARRAY(
                    SELECT photos.id FROM photos
                    WHERE photos.client_id = @ClientId AND photos.complaint_id = asked.id
                        AND photos.added_by IN ('', asked.filed_by)
                    ORDER BY photos.create_time, photos.id) AS own_photo_ids,
                said.verdict, said.text AS feedback_text, said.create_time AS feedback_time
            FROM unnest(@Ids::uuid[], @Episodes::uuid[], @Answers::integer[], @FiledBy::text[])
                AS asked (id, episode_id, answer, filed_by)
            LEFT JOIN feedback AS said
                ON said.client_id = @ClientId AND said.complaint_id = asked.id AND said.answer = asked.answer
            """,
            new
            {
                tx.ClientId,
                Ids = complaints.Select(c => c.Id).ToArray(),
                Episodes = complaints.Select(c => c.EpisodeId).ToArray(),
                Answers = complaints.Select(c => c.AnswerCount).ToArray(),
                FiledBy = complaints.Select(c => c.FiledBy).ToArray(),
            }
        );
        return rows.ToDictionary(row => row.ComplaintId);
    }
}
