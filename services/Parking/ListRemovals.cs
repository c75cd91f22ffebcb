using Google.Protobuf.WellKnownTypes;
using Mobility.Parking.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Type.V1;

namespace Mobility.Parking;

/// <summary>Lists what the field crew has to take away, newest first. What a removal is about is read from the
/// complaints that it answers, so a split shows at once.</summary>
public static class ListRemovals
{
    public static async Task<ListRemovalsResponse> Handle(ListRemovalsRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var size = PageToken.Size(request.PageSize, check);
        var question = request.Clone();
        (question.PageSize, question.PageToken) = (0, "");
        var after = ListKeys.Read(request.PageToken, question, check);
        check.That(System.Enum.IsDefined(request.State), "state", "must be a known state or unset");
        check.Done();
        var rows = await call.Read(client.Id, tx => Rows(tx, request.State, after, size + 1));
        var page = rows.Take(size).ToList();
        var reply = new ListRemovalsResponse { Removals = { page.Select(row => Of(client.Id, row)) } };
        if (rows.Count > size)
        {
            reply.NextPageToken = new ListKeys(page[^1].CreateTime, page[^1].Id).Token(question);
        }

        return reply;
    }

    private static Task<IReadOnlyList<Row>> Rows(Tx tx, RemovalState state, ListKeys? after, int limit) =>
        tx.List<Row>(
            """
            SELECT r.id, r.episode_id, r.state, r.create_time, r.end_time, v.vehicle_ids, v.printed_codes,
                coalesce(first.latitude, 0) AS latitude, coalesce(first.longitude, 0) AS longitude,
                coalesce(first.dong, '') AS dong, n.due_time, n.complaint_count
            FROM removals AS r
            CROSS JOIN LATERAL (
                SELECT count(*)::integer AS complaint_count, min(c.due_time) AS due_time FROM complaints AS c
                WHERE c.client_id = @ClientId AND c.removal_id = r.id AND c.state IN (1, 3, 4, 5)) AS n
            CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(k.id ORDER BY k.code, k.id), '{}') AS vehicle_ids,
                    coalesce(array_agg(k.code ORDER BY k.code, k.id), '{}') AS printed_codes
                FROM (
                    SELECT DISTINCT u.id, coalesce(known.printed_code, '') AS code
                    FROM complaints AS c CROSS JOIN unnest(c.vehicle_ids) AS u (id)
                    LEFT JOIN vehicles AS known ON known.client_id = @ClientId AND known.id = u.id
                    WHERE c.client_id = @ClientId AND c.removal_id = r.id AND c.state IN (1, 3, 4, 5)) AS k) AS v
            LEFT JOIN LATERAL (
                SELECT c.latitude, c.longitude, c.dong FROM complaints AS c
                WHERE c.client_id = @ClientId AND c.removal_id = r.id AND c.state IN (1, 3, 4, 5)
                ORDER BY c.create_time, c.id LIMIT 1) AS first ON true
            WHERE r.client_id = @ClientId
                AND (@State = 0 OR r.state = @State)
                AND (@Time::timestamptz IS NULL OR (r.create_time, r.id) < (@Time::timestamptz, @Id::uuid))
            ORDER BY r.create_time DESC, r.id DESC
            LIMIT @limit
            """,
            new
            {
                tx.ClientId,
                State = (int)state,
                after?.Time,
                after?.Id,
                limit,
            }
        );

    private static V1.Removal Of(string client, Row row) =>
        new()
        {
            Name = Names.Of(client, Names.Removals, row.Id),
            Episode = Names.Of(client, Names.Episodes, row.EpisodeId),
            Vehicles = { row.VehicleIds.Select(id => Names.Of(client, Names.Vehicles, id)) },
            PrintedCodes = { row.PrintedCodes },
            Point = row.ComplaintCount == 0 ? null : new LatLng { Latitude = row.Latitude, Longitude = row.Longitude },
            Dong = row.Dong,
            DueTime = row.DueTime?.ToTimestamp(),
            State = row.State,
            ComplaintCount = row.ComplaintCount,
            CreateTime = row.CreateTime.ToTimestamp(),
            EndTime = row.EndTime?.ToTimestamp(),
        };

    private sealed record Row
    {
        public Guid Id { get; init; }
        public Guid EpisodeId { get; init; }
        public RemovalState State { get; init; }
        public DateTimeOffset CreateTime { get; init; }
        public DateTimeOffset? EndTime { get; init; }
        public Guid[] VehicleIds { get; init; } = [];
        public string[] PrintedCodes { get; init; } = [];
        public double Latitude { get; init; }
        public double Longitude { get; init; }
        public string Dong { get; init; } = "";
        public DateTimeOffset? DueTime { get; init; }
        public int ComplaintCount { get; init; }
    }
}
