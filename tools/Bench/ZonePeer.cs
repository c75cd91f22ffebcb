using Mobility.Parking;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Npgsql;

namespace Mobility.Bench;

/// <summary>The zones in PostGIS, with an index, on one connection and with prepared statements.</summary>
public sealed class ZonePeer : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand one;

    private ZonePeer(NpgsqlConnection connection)
    {
        this.connection = connection;
        const string ask = """
            SELECT n FROM z WHERE ST_Covers(g, ST_SetSRID(ST_MakePoint($1, $2), 4326)) ORDER BY n
            """;
        one = new NpgsqlCommand(ask, connection)
        {
            Parameters = { new NpgsqlParameter<double>(), new NpgsqlParameter<double>() },
        };
    }

    /// <summary>Loads the zones into a database that has PostGIS.</summary>
    public static async Task<ZonePeer> Open(string database, IReadOnlyList<IndexedZone> zones)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        const string make = """
            CREATE TABLE z (n integer PRIMARY KEY, g geometry(MultiPolygon, 4326) NOT NULL)
            """;
        const string fill = """
            INSERT INTO z SELECT n::integer - 1, ST_GeomFromWKB(b, 4326)
            FROM unnest($1::bytea[]) WITH ORDINALITY AS r (b, n)
            """;
        var boundaries = zones.Select(z => new WKBWriter().Write(z.Boundary)).ToArray();
        await Execute(connection, make);
        await Execute(connection, fill, boundaries);
        await Execute(connection, "CREATE INDEX ON z USING gist (g)");
        await Execute(connection, "ANALYZE z");
        var peer = new ZonePeer(connection);
        await peer.one.PrepareAsync();
        return peer;
    }

    /// <summary>The zones that cover the point, in order: one round trip.</summary>
    public async Task<int> Count(Coordinate point)
    {
        ((NpgsqlParameter<double>)one.Parameters[0]).TypedValue = point.X;
        ((NpgsqlParameter<double>)one.Parameters[1]).TypedValue = point.Y;
        await using var reader = await one.ExecuteReaderAsync();
        var count = 0;
        while (await reader.ReadAsync())
        {
            count++;
        }
        return count;
    }

    /// <summary>The zones that cover each point, in order, all in one statement.</summary>
    public async Task<IReadOnlyList<int[]>> All(IReadOnlyList<Coordinate> points)
    {
        const string ask = """
            SELECT ARRAY(
                SELECT z.n FROM z WHERE ST_Covers(z.g, ST_SetSRID(ST_MakePoint(p.x, p.y), 4326)) ORDER BY z.n)
            FROM unnest($1::double precision[], $2::double precision[]) WITH ORDINALITY AS p (x, y, n) ORDER BY p.n
            """;
        await using var query = new NpgsqlCommand(ask, connection) { CommandTimeout = 300 };
        query.Parameters.AddWithValue(points.Select(p => p.X).ToArray());
        query.Parameters.AddWithValue(points.Select(p => p.Y).ToArray());
        await using var reader = await query.ExecuteReaderAsync();
        var found = new List<int[]>(points.Count);
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetFieldValue<int[]>(0));
        }
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, object? arg = null)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (arg is not null)
        {
            command.Parameters.AddWithValue(arg);
        }
        await command.ExecuteNonQueryAsync();
    }
}
