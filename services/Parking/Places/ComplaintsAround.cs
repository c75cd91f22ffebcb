using Mobility.Parking.Episodes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>How many have complained already of what somebody is about to complain of.</summary>
public static class ComplaintsAround
{
    /// <summary>Metres around a point that are the same place.</summary>
    private const double PlaceMeters = 30;

    private static readonly ComplaintState[] Uncounted =
    [
        ComplaintState.Held,
        ComplaintState.Rejected,
        ComplaintState.Withdrawn,
    ];

    /// <summary>Complaints that are not over, within 30 m of the point.</summary>
    public static Task<int> Count(Tx tx, double latitude, double longitude)
    {
        var cells = GeoCells.Around(latitude, longitude, PlaceMeters);
        return tx.Scalar<int>(
            """
            SELECT count(*)::integer FROM complaints
            WHERE client_id = @ClientId AND end_time IS NULL AND group_number IS NOT NULL
                AND cell_y = ANY(@Rows) AND cell_x BETWEEN @West AND @East
                AND ST_DWithin(point_of(latitude, longitude), point_of(@latitude, @longitude), @PlaceMeters)
            """,
            new
            {
                tx.ClientId,
                latitude,
                longitude,
                cells.Rows,
                cells.West,
                cells.East,
                PlaceMeters,
            }
        );
    }

    /// <summary>Complaints that count in the open episodes of the vehicles with these codes which still stand where
    /// they were complained about.</summary>
    public static async Task<int> Count(Tx tx, IReadOnlyList<string> printedCodes)
    {
        var vehicles = (await VehicleTable.OfCodes(tx, printedCodes)).Select(v => v.Id).ToArray();
        var stays = new List<Standing>();
        foreach (var vehicle in vehicles)
        {
            var stay = await tx.One<StayRow>(
                """SELECT number, start_time FROM stays WHERE client_id = @ClientId AND vehicle_id = @vehicle""",
                new { tx.ClientId, vehicle }
            );
            if (stay is not null && !await Movement.Since(tx, vehicle, stay.StartTime))
            {
                stays.Add(new Standing(vehicle, stay.Number));
            }
        }
        return stays.Count == 0
            ? 0
            : (await ComplaintTable.OfOpenEpisodes(tx, [.. stays.Select(s => s.VehicleId)]))
                .GroupBy(c => c.EpisodeId)
                .Where(episode => episode.Any(c => c.Standings.Intersect(stays).Any()))
                .SelectMany(episode => episode)
                .Count(c => !Uncounted.Contains(c.State));
    }

    private sealed class StayRow
    {
        public int Number { get; init; }
        public DateTimeOffset StartTime { get; init; }
    }
}
