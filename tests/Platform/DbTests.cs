using Mobility.Platform.Data;
using Mobility.Tests.Support;
using Npgsql;
using Xunit;

namespace Mobility.Tests.Platform;

public sealed class DbTests
{
    [Fact]
    public async Task A_process_opens_sixteen_connections_and_no_more()
    {
        var database = new NpgsqlConnectionStringBuilder(await TestPostgres.NewDatabase());
        // The tests' own bound, without which the product's holds.
        database.Remove("Maximum Pool Size");
        await using var db = new Db(database.ConnectionString, "thing", TimeProvider.System);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inside = 0;
        async Task<int> Hold(Tx tx)
        {
            var backend = await tx.Scalar<int>("""SELECT pg_backend_pid()""");
            if (Interlocked.Increment(ref inside) == 16)
            {
                all.SetResult();
            }
            await all.Task;
            return backend;
        }
        var backends = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => db.InTransaction("gangneung-kick", Hold, default))
        );
        Assert.Equal(40, inside);
        Assert.Equal(16, backends.Distinct().Count());
    }

    [Fact]
    public async Task Every_table_is_counted_anew_after_so_many_rows_whatever_its_size()
    {
        await using var service = await TestService.Start(new ThingApp());
        var slow = await service.Rows<string>(
            """
            SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND NOT coalesce(reloptions, '{}')
                    @> '{autovacuum_analyze_scale_factor=0,autovacuum_analyze_threshold=5000}'
            """
        );

        Assert.Empty(slow);
    }

    [Fact]
    public async Task A_statement_that_was_prepared_before_a_migration_is_prepared_anew()
    {
        // One connection, so that every transaction finds what the earlier ones prepared.
        var database = await TestPostgres.NewDatabase() + ";Maximum Pool Size=1";
        await using var db = new Db(database, "thing", TimeProvider.System);
        await db.InTransaction(Db.AllClients, tx => tx.Execute("""CREATE TABLE thing (client_id text)"""), default);
        for (var n = 0; n < 20; n++)
        {
            Assert.DoesNotContain("colour", await Columns(db), StringComparison.Ordinal);
        }
        var prepared = await db.InTransaction(
            "gangneung-kick",
            tx => tx.Scalar<long>("""SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%thing%'"""),
            default
        );
        Assert.True(prepared > 0, "the statement was not prepared, so this test would prove nothing");
        await db.InTransaction(
            Db.AllClients,
            tx => tx.Execute("""ALTER TABLE thing ADD COLUMN colour text NOT NULL DEFAULT 'red'"""),
            default
        );
        Assert.Contains("colour", await Columns(db), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_that_stands_still_is_ended_and_lets_go_of_its_locks()
    {
        var database = await TestPostgres.NewDatabase();
        await using var db = new Db(database, "thing", TimeProvider.System);
        await db.InTransaction(Db.AllClients, tx => tx.Execute("""CREATE TABLE thing (client_id text)"""), default);
        const string patience = "idle_in_transaction_session_timeout";
        Assert.Equal("1min", await db.InTransaction("*", tx => tx.Scalar<string>($"SHOW {patience}"), default));
        // As a machine that vanished within a transaction, and a server of less patience.
        await using var vanished = new Db($"{database};Options=-c {patience}=100ms", "thing", TimeProvider.System);

        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() =>
            vanished.InTransaction(
                Db.AllClients,
                async tx =>
                {
                    await tx.Execute("""LOCK TABLE thing""");
                    await db.InTransaction(Db.AllClients, other => other.Execute("""LOCK TABLE thing"""), default);
                    return await tx.Scalar<int>("""SELECT 1""");
                },
                default
            )
        );

        Assert.Equal("DATABASE_UNAVAILABLE", DatabaseErrors.PassingReason(error));
    }

    private static Task<string> Columns(Db db) =>
        db.InTransaction(
            "gangneung-kick",
            async tx =>
            {
                await tx.Execute("""INSERT INTO thing (client_id) VALUES ('gangneung-kick')""");
                var rows = await tx.List<object>("""SELECT * FROM thing LIMIT 1""");
                return string.Join(' ', ((IDictionary<string, object?>)rows[0]).Keys);
            },
            default
        );
}
