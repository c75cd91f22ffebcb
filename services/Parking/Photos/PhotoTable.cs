using Mobility.Platform.Data;

namespace Mobility.Parking.Photos;

/// <summary>A photo of a complaint.</summary>
public sealed record StoredPhoto
{
    public string ClientId { get; init; } = "";
    public Guid Id { get; init; }
    public Guid ComplaintId { get; init; }
    public string MediaType { get; init; } = "";
    public int WidthPixels { get; init; }
    public int HeightPixels { get; init; }
    public byte[] Content { get; init; } = [];

    /// <summary>SHA-256 of the content, lower-case hexadecimal.</summary>
    public string Sha256 { get; init; } = "";
    public double? ClaimedLatitude { get; init; }
    public double? ClaimedLongitude { get; init; }

    /// <summary>people/{uuid}; empty when the reporter did.</summary>
    public string AddedBy { get; init; } = "";
    public DateTimeOffset CreateTime { get; init; }
}

/// <summary>Statements on photos.</summary>
internal static class PhotoTable
{
    public static Task<int> Insert(Tx tx, StoredPhoto photo) =>
        tx.Execute(
            """
            INSERT INTO photos
                (client_id, id, complaint_id, media_type, width_pixels, height_pixels, content, sha256,
                 claimed_latitude, claimed_longitude, added_by, create_time)
            VALUES
                (@ClientId, @Id, @ComplaintId, @MediaType, @WidthPixels, @HeightPixels, @Content, @Sha256,
                 @ClaimedLatitude, @ClaimedLongitude, @AddedBy, @CreateTime)
            """,
            photo
        );

    public static Task<StoredPhoto?> Find(Tx tx, Guid id) =>
        tx.One<StoredPhoto>(
            """
            SELECT * FROM photos WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>The complaint that a photo belongs to.</summary>
    public static Task<Guid?> ComplaintOf(Tx tx, Guid id) =>
        tx.One<Guid?>(
            """
            SELECT complaint_id FROM photos WHERE client_id = @ClientId AND id = @id
            """,
            new { tx.ClientId, id }
        );

    /// <summary>How many photos a complaint has from its reporter, or from staff.</summary>
    public static Task<int> Count(Tx tx, Complaint complaint, bool ofReporter) =>
        tx.Scalar<int>(
            """
            SELECT count(*)::integer FROM photos
            WHERE client_id = @ClientId AND complaint_id = @Id AND (added_by IN ('', @FiledBy)) = @ofReporter
            """,
            new
            {
                tx.ClientId,
                complaint.Id,
                complaint.FiledBy,
                ofReporter,
            }
        );
}
