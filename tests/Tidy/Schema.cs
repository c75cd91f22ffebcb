using Mobility.Platform;
using Mobility.Tests.Support;
using Npgsql;

namespace Mobility.Tests.Tidy;

/// <summary>A table as the catalogue of PostgreSQL has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Columns of its primary key, in order.</param>
/// <param name="IsProtected">Does row level security stand behind it, for its owner too?</param>
public sealed record TableFacts(string Name, IReadOnlyList<string> Key, bool IsProtected);

/// <summary>The migrated database of a service.</summary>
public static class Schema
{
    /// <summary>A connection to a fresh copy of the service's migrated database.</summary>
    public static async Task<NpgsqlConnection> Open(ServiceApp app)
    {
        var connection = new NpgsqlConnection(await TestService.NewDatabase(app));
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>What PostgreSQL says against the statement; null when it would run it.</summary>
    public static async Task<string?> Refuses(NpgsqlConnection connection, string sql)
    {
        if (Sql.Quoted().Replace(sql, "").Contains(';', StringComparison.Ordinal))
        {
            return "more than one statement";
        }
        try
        {
            await Run(connection, $"PREPARE tidy AS {Sql.Numbered(sql)}");
            await Run(connection, "DEALLOCATE tidy");
            return null;
        }
        catch (PostgresException e)
        {
            return e.MessageText;
        }
    }

    /// <summary>Every table of the database but those of an extension.</summary>
    public static async Task<IReadOnlyList<TableFacts>> Tables(NpgsqlConnection connection)
    {
        const string sql = """
            SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, coalesce(
                (SELECT array_agg(a.attname::text ORDER BY k.place)
                 FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (column_number, place)
                 JOIN pg_attribute a ON a.attnum = k.column_number
                 WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid), '{}')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            ORDER BY c.relname
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<TableFacts>();
        while (await reader.ReadAsync())
        {
            tables.Add(new TableFacts(reader.GetString(0), reader.GetFieldValue<string[]>(2), reader.GetBoolean(1)));
        }
        return tables;
    }

    public static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
