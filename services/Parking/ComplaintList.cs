using Mobility.Parking.V1;
using Mobility.Platform.Data;

namespace Mobility.Parking;

/// <summary>Which complaints are wanted, newest first.</summary>
/// <param name="State">Unspecified for any.</param>
/// <param name="Episode">Null for any.</param>
/// <param name="Vehicle">Null for any.</param>
/// <param name="Box">Edges included; null for everywhere.</param>
/// <param name="After">The last one of the page before.</param>
public sealed record ComplaintQuestion(
    ComplaintState State = ComplaintState.Unspecified,
    Guid? Episode = null,
    Guid? Vehicle = null,
    Box? Box = null,
    ListKeys? After = null
)
{
    public int Limit { get; init; } = 1;
}

/// <summary>
/// Statements on complaints newest first. Each way of asking has a statement of its own, so that each is served by an
/// index in the order of the page and reads about a page of rows, however many a client has. A box is four comparisons,
/// exact to its edges, because row level security lets no spatial operator use an index.
/// </summary>
public static class ComplaintList
{
    /// <summary>A box of so many cells (about 4.5 km by 3.5 km) is read cell by cell. A wider one covers so much of a
    /// city that going through the newest complaints finds a page soon.</summary>
    public const int CellsMax = 64;

    public static Task<IReadOnlyList<Complaint>> Rows(Tx tx, ComplaintQuestion asked)
    {
        var cells = asked.Box is { SouthWest: { } low, NorthEast: { } high }
            ? GeoCells.Of(low.Latitude, low.Longitude, high.Latitude, high.Longitude)
            : default;
        var args = new
        {
            tx.ClientId,
            State = (int)asked.State,
            asked.Episode,
            asked.Vehicle,
            South = asked.Box?.SouthWest.Latitude,
            West = asked.Box?.SouthWest.Longitude,
            North = asked.Box?.NorthEast.Latitude,
            East = asked.Box?.NorthEast.Longitude,
            asked.After?.Time,
            asked.After?.Id,
            asked.Limit,
            Rows = asked.Box is not null && cells.Count <= CellsMax ? cells.Rows : [],
            Columns = asked.Box is not null && cells.Count <= CellsMax ? cells.Columns : [],
        };
        return asked.Vehicle is not null ? tx.List<Complaint>(OfVehicle, args)
            : args.Rows.Length > 0 ? tx.List<Complaint>(OfCells, args)
            : tx.List<Complaint>(Newest, args);
    }

    private const string Newest = """
        SELECT * FROM complaints
        WHERE client_id = @ClientId
            AND (@State = 0 OR state = @State)
            AND (@Episode::uuid IS NULL OR episode_id = @Episode::uuid)
            AND (@South::double precision IS NULL OR latitude BETWEEN @South AND @North)
            AND (@West::double precision IS NULL OR longitude BETWEEN @West AND @East)
            AND (@Time::timestamptz IS NULL OR (create_time, id) < (@Time::timestamptz, @Id::uuid))
        ORDER BY create_time DESC, id DESC
        LIMIT @Limit
        """;

    /// <summary>The newest of each cell, and of those the newest.</summary>
    private const string OfCells = """
        SELECT c.* FROM unnest(@Rows::integer[]) AS y (cell) CROSS JOIN unnest(@Columns::integer[]) AS x (cell)
        CROSS JOIN LATERAL (
            SELECT * FROM complaints
            WHERE client_id = @ClientId AND cell_y = y.cell AND cell_x = x.cell
                AND latitude BETWEEN @South AND @North AND longitude BETWEEN @West AND @East
                AND (@State = 0 OR state = @State)
                AND (@Episode::uuid IS NULL OR episode_id = @Episode::uuid)
                AND (@Time::timestamptz IS NULL OR (create_time, id) < (@Time::timestamptz, @Id::uuid))
            ORDER BY create_time DESC, id DESC
            LIMIT @Limit) AS c
        ORDER BY c.create_time DESC, c.id DESC
        LIMIT @Limit
        """;

    private const string OfVehicle = """
        SELECT c.* FROM complaint_vehicles AS v
        JOIN complaints AS c ON c.client_id = v.client_id AND c.id = v.complaint_id
        WHERE v.client_id = @ClientId AND v.vehicle_id = @Vehicle
            AND (@Time::timestamptz IS NULL
                OR (v.create_time, v.complaint_id) < (@Time::timestamptz, @Id::uuid))
            AND (@State = 0 OR c.state = @State)
            AND (@Episode::uuid IS NULL OR c.episode_id = @Episode::uuid)
            AND (@South::double precision IS NULL OR c.latitude BETWEEN @South AND @North)
            AND (@West::double precision IS NULL OR c.longitude BETWEEN @West AND @East)
        ORDER BY v.create_time DESC, v.complaint_id DESC
        LIMIT @Limit
        """;
}
