using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mobility.Platform.Data;

/// <summary>Brings a database to the schema of this version: the platform's migrations, then the service's, each
/// once.</summary>
public static class Migrator
{
    /// <summary>A database that starts beside the service is there by then; after it the launcher tries anew.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// PostgreSQL counts a table anew when a tenth of it has changed. In one of a million rows a new client's first
    /// 100,000 would be planned for as if there were none: each check of a key then walks all of the client's. It
    /// counts after so many rows, whatever the size; below that such a walk takes less than a millisecond.
    /// </summary>
    private const string CountSoon = """
        DO $$
        DECLARE t regclass;
        BEGIN
            FOR t IN SELECT c.oid FROM pg_class c
                WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relowner = current_user::regrole
            LOOP
                EXECUTE format('ALTER TABLE %s SET (autovacuum_analyze_scale_factor = 0,'
                    ' autovacuum_analyze_threshold = 5000)', t);
            END LOOP;
        END $$
        """;

    /// <summary>Applies what is missing, under an advisory lock, and reads the incarnation.</summary>
    /// <exception cref="InvalidOperationException">A migration that was applied has another text now.</exception>
    public static async Task Run(Db db, Assembly service, TimeProvider clock, ILogger log, CancellationToken token)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await Apply(db, service, log, token);
                return;
            }
            catch (NpgsqlException e) when (DatabaseErrors.IsDown(e) && clock.GetElapsedTime(start) < Patience)
            {
                log.DatabaseAwaited(e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, token);
            }
        }
    }

    /// <summary>The migrations of an assembly in order: file name without extension, and text.</summary>
    public static IEnumerable<(string Name, string Sql)> Of(Assembly assembly) =>
        assembly
            .GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (name.Split('.')[^2], ReadText(assembly, name)));

    private static async Task Apply(Db db, Assembly service, ILogger log, CancellationToken token)
    {
        await using var connection = await db.Open(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // Another replica may be at a long migration, and so may this one: neither has a time limit.
        await connection.ExecuteAsync(
            """SELECT pg_advisory_xact_lock(7215001)""",
            transaction: transaction,
            commandTimeout: 0
        );
        await connection.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS migration (
                name text PRIMARY KEY, checksum text NOT NULL, apply_time timestamptz NOT NULL DEFAULT now())
            """,
            transaction: transaction
        );
        var applied = (
            await connection.QueryAsync<(string Name, string Checksum)>(
                """SELECT name, checksum FROM migration""",
                transaction: transaction
            )
        ).ToDictionary(m => m.Name, m => m.Checksum, StringComparer.Ordinal);
        var isChanged = false;
        foreach (var (name, sql) in Of(typeof(Migrator).Assembly).Concat(Of(service)))
        {
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(name, out var known))
            {
                if (!string.Equals(known, checksum, StringComparison.Ordinal))
                {
                    throw new InvalidOperationException(
                        $"Migration {name} was applied with another text: "
                            + "this database is of an older draft (./mobility reset)."
                    );
                }
                continue;
            }
            await connection.ExecuteAsync(
                new CommandDefinition(sql, transaction: transaction, commandTimeout: 0, cancellationToken: token)
            );
            await connection.ExecuteAsync(
                """INSERT INTO migration (name, checksum) VALUES (@name, @checksum)""",
                new { name, checksum },
                transaction
            );
            log.MigrationApplied(name);
            isChanged = true;
        }
        if (isChanged)
        {
            await connection.ExecuteAsync(CountSoon, transaction: transaction, commandTimeout: 0);
        }
        await transaction.CommitAsync(token);
        (db.Incarnation, db.RevisionBase) = await connection.QuerySingleAsync<(Guid, long)>(
            """SELECT id, revision_base FROM incarnation"""
        );
    }

    private static string ReadText(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
