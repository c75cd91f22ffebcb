using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>How much is taken without a look. What is more is kept as HELD, never turned away.</summary>
public static class FilingLimits
{
    /// <summary>The span in which all limits count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Whoever reports every vehicle in the way between home and work, there and back, stays below.</summary>
    public const int PerSender = 20;

    /// <summary>As for a sender: a shop that calls and writes is one reporter.</summary>
    public const int PerContact = 20;

    /// <summary>Seoul's busiest hundredth of addresses sees one in five days; this is a street festival.</summary>
    public const int PerPlace = 60;

    /// <summary>Metres around a point that are the same place: what a phone's position wanders between
    /// houses.</summary>
    public const double PlaceMeters = 30;

    /// <summary>More people than pass one vehicle and report it before the crew comes.</summary>
    public const int PerVehicle = 30;

    /// <summary>The flags of the limits that one more complaint would be over.</summary>
    public static async Task<IReadOnlyList<ComplaintFlag>> Over(Tx tx, Complaint complaint, byte[]? contactHash)
    {
        var cells = GeoCells.Around(complaint.Latitude, complaint.Longitude, PlaceMeters);
        var filed = await tx.One<Filed>(
            """
            SELECT
                (SELECT count(*)::integer FROM complaints
                 WHERE client_id = @ClientId AND sender_hash = @SenderHash AND create_time > @Since) AS by_sender,
                (SELECT count(*)::integer FROM contacts
                 WHERE client_id = @ClientId AND contact_hash = @contactHash AND create_time > @Since) AS by_contact,
                (SELECT count(*)::integer FROM complaints
                 WHERE client_id = @ClientId AND create_time > @Since
                     AND cell_y = ANY(@Rows) AND cell_x BETWEEN @West AND @East
                     AND ST_DWithin(point_of(latitude, longitude), point_of(@Latitude, @Longitude), @PlaceMeters)
                ) AS at_place,
                coalesce((SELECT max(about.n)::integer FROM (
                    SELECT count(*) AS n FROM complaint_vehicles
                    WHERE client_id = @ClientId AND vehicle_id = ANY(@VehicleIds) AND create_time > @Since
                    GROUP BY vehicle_id) AS about), 0) AS of_vehicle
            """,
            new
            {
                tx.ClientId,
                complaint.SenderHash,
                contactHash,
                complaint.Latitude,
                complaint.Longitude,
                complaint.VehicleIds,
                cells.Rows,
                cells.West,
                cells.East,
                PlaceMeters,
                Since = tx.Now - Window,
            }
        );
        return [.. Flags(filed!)];
    }

    private static IEnumerable<ComplaintFlag> Flags(Filed filed)
    {
        if (filed.BySender >= PerSender || filed.ByContact >= PerContact)
        {
            yield return ComplaintFlag.SenderOverLimit;
        }

        if (filed.AtPlace >= PerPlace)
        {
            yield return ComplaintFlag.PlaceOverLimit;
        }

        if (filed.OfVehicle >= PerVehicle)
        {
            yield return ComplaintFlag.VehicleOverLimit;
        }
    }

    private sealed record Filed
    {
        public int BySender { get; init; }
        public int ByContact { get; init; }
        public int AtPlace { get; init; }
        public int OfVehicle { get; init; }
    }
}
