using System.Diagnostics;
using Dapper;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>
/// Waits until nothing is under way: every event is published and taken by each who hears it, no refund is between two
/// states, no message is due. Only then may the clock jump: a rule that asks for the time would see another one.
/// </summary>
internal sealed class DemoQuiet(RunState state, TimeProvider clock)
{
    /// <summary>Longer than a part that keeps being killed is away, with time for what it left behind.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits at most two minutes.</summary>
    /// <returns>What is still under way then; null when nothing is.</returns>
    public async Task<string?> Wait(CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            string? busy;
            try
            {
                busy = await Busy(token);
            }
            catch (NpgsqlException e) when (IsAway(e))
            {
                busy = $"a database is away: {e.Message}";
            }
            if (busy is null || Stopwatch.GetElapsedTime(start) > Patience)
            {
                return busy;
            }
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    /// <summary>Waits until a refund is settled or ended in another way.</summary>
    public async Task Settled(Guid refund, CancellationToken token)
    {
        const string sql = """
            SELECT count(*) FROM refund
            WHERE refund_id = @refund AND state IN ('Approved', 'Dispatching', 'PendingAtGateway', 'Unconfirmed')
            """;
        var start = Stopwatch.GetTimestamp();
        Task<long> UnderWay() => Count("refunds", sql, new { refund }, token);
        while (await Persistently(UnderWay, token) > 0 && Stopwatch.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    /// <summary>Reads again while a database is away.</summary>
    public static async Task<T> Persistently<T>(Func<Task<T>> read, CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await read();
            }
            catch (NpgsqlException e) when (IsAway(e) && Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, token);
            }
        }
    }

    private static bool IsAway(NpgsqlException e) => e is not PostgresException || e.IsTransient;

    private async Task<string?> Busy(CancellationToken token)
    {
        var published = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in StackOptions.Hears.Keys)
        {
            var waiting = await Count(name, "SELECT count(*) FROM outbox WHERE publish_time IS NULL", null, token);
            if (waiting > 0)
            {
                return $"{waiting} events of {name} are not published";
            }
            published[name] = await Count(name, "SELECT coalesce(max(sequence), 0) FROM outbox", null, token);
        }
        foreach (var (name, sources) in StackOptions.Hears)
        {
            foreach (var source in sources)
            {
                if (await Missing(name, source, published[source], token) is > 0 and var missing)
                {
                    return $"{missing} events of {source} are not in {name}";
                }
            }
        }
        const string refunds = """
            SELECT count(*) FROM refund WHERE state IN ('Approved', 'Dispatching', 'PendingAtGateway', 'Unconfirmed')
                OR (state IN ('AwaitingApproval', 'AwaitingEvidence') AND expire_time <= @now)
            """;
        var now = clock.GetUtcNow().UtcDateTime;
        if (await Count("refunds", refunds, new { now }, token) is > 0 and var underWay)
        {
            return $"{underWay} refunds are under way";
        }
        const string messages = "SELECT count(*) FROM messages WHERE state = 1 AND not_before_time <= @now";
        return await Count("desk", messages, new { now }, token) is > 0 and var due ? $"{due} messages are due" : null;
    }

    /// <summary>Numbers of a source up to the last one published that a subscriber has not taken. Rows below its mark
    /// of completeness may have been cleared away.</summary>
    private Task<long> Missing(string name, string source, long last, CancellationToken token)
    {
        const string sql = """
            WITH mark AS (
                SELECT coalesce(max(contiguous), 0) AS done FROM inbox_source WHERE source LIKE @source || '/%')
            SELECT greatest(0, @last - done - (
                SELECT count(*) FROM inbox
                WHERE source LIKE @source || '/%' AND sequence > done AND sequence <= @last))
                + (SELECT coalesce(sum(missing), 0)::bigint FROM inbox_hole WHERE source LIKE @source || '/%')
            FROM mark
            """;
        return Count(name, sql, new { source, last }, token);
    }

    private async Task<long> Count(string service, string sql, object? arguments, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(state.Services[service].Database + ";Maximum Pool Size=2");
        await connection.OpenAsync(token);
        // The tables are shut by client: the policy lets '*' see all of them.
        var seen = "SELECT set_config('mobility.client', '*', false);" + sql;
        await using var reply = await connection.QueryMultipleAsync(
            new CommandDefinition(seen, arguments, cancellationToken: token)
        );
        await reply.ReadAsync<string>();
        return await reply.ReadSingleAsync<long>();
    }
}
