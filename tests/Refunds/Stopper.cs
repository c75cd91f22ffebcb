using Mobility.Tests.Support;
using Npgsql;

namespace Mobility.Tests.Refunds;

/// <summary>Somebody who holds rows of the house, as a stop holds the delegation's, until disposed.</summary>
internal sealed class Stopper : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private Stopper(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<Stopper> Lock(
        RefundsHouse house,
        string rows = """SELECT 1 FROM delegation FOR NO KEY UPDATE"""
    )
    {
        var connection = new NpgsqlConnection(house.Service.Settings.Database);
        await connection.OpenAsync();
        var stopper = new Stopper(connection);
        await stopper.Run("""BEGIN""");
        await stopper.Run("""SELECT set_config('mobility.client', '*', true)""");
        await stopper.Run(rows);
        return stopper;
    }

    /// <summary>Some have come as far as a lock that another holds.</summary>
    public Task UntilAwaited(long count = 1) =>
        Poll.Until(async () => await Waiters() >= count, what: $"{count} that wait for a lock");

    /// <summary>How many wait for a lock that another holds.</summary>
    public async Task<long> Waiters()
    {
        // A transaction keeps the list of connections that it saw first, and one may have been opened since.
        await Run("""SELECT pg_stat_clear_snapshot()""");
        return (long)
            (
                await Run(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE wait_event_type = 'Lock' AND datname = current_database()
                    """
                )
            )!;
    }

    public async Task<object?> Run(string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    /// <summary>So many requests wait for their turn in the house's process.</summary>
    public static Task UntilWaiting(RefundsHouse house, int count) =>
        Poll.Until(
            () => Task.FromResult(house.Service.Get<Mobility.Refunds.AdmissionQueue>().Waiting >= count),
            what: $"{count} requests in the queue"
        );

    /// <summary>So many refunds were asked for whose callers' patience ended, and the house has ended each.</summary>
    public static Task UntilGaveUp(RefundsHouse house, int count) =>
        Poll.Until(
            () =>
                Task.FromResult(
                    house.Service.LogLines.Count(line =>
                        line.Contains("CreateRefund", StringComparison.Ordinal)
                        && (
                            line.Contains("DEADLINE_EXCEEDED", StringComparison.Ordinal)
                            || line.Contains("CANCELLED", StringComparison.Ordinal)
                        )
                    ) == count
                ),
            what: $"the end of {count} calls"
        );

    /// <summary>How many decisions each transaction made. The leaf is never written again, so that xmin is its
    /// transaction.</summary>
    public static Task<IReadOnlyList<long>> SizesOfTransactions(RefundsHouse house) =>
        house.Rows<long>("""SELECT count(*) FROM audit_leaf GROUP BY xmin::text""");
}
