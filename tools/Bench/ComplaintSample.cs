using Mobility.Platform.Data;

namespace Mobility.Bench;

/// <summary>Rows of complaints as a busy city has them, made by one statement: through the API a million would take
/// hours. Nine of ten are answered; each is about two of the vehicles and has an episode of its own.</summary>
public static class ComplaintSample
{
    /// <summary>Where they are: a city of about 22 km by 18 km.</summary>
    public const double South = 37.66;

    public const double West = 128.80;
    public const double Degrees = 0.2;

    /// <summary>Adds the complaints of one client from a number to another, each a minute before the last.</summary>
    public static async Task Add(Tx tx, (int First, int Last) numbers, IReadOnlyList<Guid> vehicles)
    {
        var args = new
        {
            client = tx.ClientId,
            numbers.First,
            numbers.Last,
            tx.Now,
            South,
            West,
            Degrees,
            Vehicles = vehicles.ToArray(),
        };
        await tx.Execute(Episodes, args);
        await tx.Execute(Complaints, args);
        await tx.Execute(OfVehicles, args);
    }

    private const string Episodes = """
        INSERT INTO episodes (client_id, id, create_time)
        SELECT @client, md5(@client || n)::uuid, @Now - n * interval '1 minute' FROM generate_series(@First, @Last) AS n
        """;

    /// <summary>Half of them are in a fortieth of the city, as complaints are.</summary>
    private const string Complaints = """
        INSERT INTO complaints
            (client_id, id, latitude, longitude, accuracy_meters, category, catalogue_version, catalogue_sha256,
             printed_codes, vehicle_ids, stay_numbers, note, language, channel, occur_time, filed_by, state,
             flag_numbers, episode_id, origin_episode_id, group_number, city, ordinance_version, rule_code,
             grace_minutes, zone_parking, dong, dong_code, decision_note, decision_reason, decided_by, answer_time,
             answer_count, reopen_note, split_note, end_number, end_time, tracking_hash, create_time, update_time,
             revision)
        SELECT @client, c.id, @South + c.y * @Degrees, @West + c.x * @Degrees, 8, 'storefront', '1', repeat('0', 64),
            '{}', ARRAY[c.first, c.second], '{1,1}', 'in the way of the door', 'ko', 1, c.time, '',
            CASE WHEN c.n % 10 = 0 THEN 1 ELSE 5 END, '{}', c.id, c.id, c.n, '', '', '', 90, 0, '', '', '', '', '',
            CASE WHEN c.n % 10 > 0 THEN c.time END, CASE WHEN c.n % 10 > 0 THEN 1 ELSE 0 END, '', '',
            CASE WHEN c.n % 10 > 0 THEN c.n END, CASE WHEN c.n % 10 > 0 THEN c.time END, uuid_send(c.id), c.time,
            c.time, 1
        FROM (
            SELECT n, md5(@client || n)::uuid AS id, @Now - n * interval '1 minute' AS time,
                (@Vehicles::uuid[])[1 + n % cardinality(@Vehicles::uuid[])] AS first,
                (@Vehicles::uuid[])[1 + (n + 1) % cardinality(@Vehicles::uuid[])] AS second,
                -- Steps of an irrational number spread evenly, and the same in every run.
                CASE WHEN n % 2 = 0 THEN 0.4 + 0.16 * (n * 0.6180339887 - floor(n * 0.6180339887))
                    ELSE n * 0.6180339887 - floor(n * 0.6180339887) END AS y,
                CASE WHEN n % 2 = 0 THEN 0.4 + 0.16 * (n * 0.7548776662 - floor(n * 0.7548776662))
                    ELSE n * 0.7548776662 - floor(n * 0.7548776662) END AS x
            FROM generate_series(@First, @Last) AS n) AS c
        """;

    private const string OfVehicles = """
        INSERT INTO complaint_vehicles (client_id, vehicle_id, create_time, complaint_id)
        SELECT c.client_id, v.id, c.create_time, c.id
        FROM generate_series(@First, @Last) AS n
        JOIN complaints AS c ON c.client_id = @client AND c.id = md5(@client || n)::uuid
        CROSS JOIN unnest(c.vehicle_ids) AS v (id)
        """;
}
