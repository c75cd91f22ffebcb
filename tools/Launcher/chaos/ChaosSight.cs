using Dapper;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What is on its way at one moment.</summary>
/// <param name="Unpublished">Events that wait in outboxes, by service.</param>
/// <param name="Uncommitted">Transactions that have written and not committed, by service.</param>
/// <param name="Refunds">Refunds between two states.</param>
public sealed record InFlight(
    IReadOnlyDictionary<string, long> Unpublished,
    IReadOnlyDictionary<string, long> Uncommitted,
    long Refunds
)
{
    /// <summary>Would a kill at this point hit something?</summary>
    public bool Concerns(ChaosPoint point) =>
        point switch
        {
            { Part: "gateway" } or { Part: "refunds", Kind: ChaosKind.Freeze } => Refunds > 0,
            { Part: "postgres" } => Uncommitted.Values.Sum() > 0,
            _ when Unpublished.ContainsKey(point.Part) => Unpublished[point.Part] + Uncommitted[point.Part] > 0,
            // The broker: a message on its way.
            _ => Unpublished.Values.Sum() > 0,
        };

    public override string ToString()
    {
        var words = Unpublished
            .Where(one => one.Value > 0)
            .Select(one => $"{one.Value} unpublished in {one.Key}")
            .Concat(Uncommitted.Where(one => one.Value > 0).Select(one => $"{one.Value} uncommitted in {one.Key}"))
            .ToList();
        if (Refunds > 0)
        {
            words.Add($"{Refunds} {(Refunds == 1 ? "refund" : "refunds")} under way");
        }
        return string.Join(", ", words);
    }
}

/// <summary>Looks at what is in flight, by the rows of the services.</summary>
internal sealed class ChaosSight(RunState state) : IAsyncDisposable
{
    private readonly Dictionary<string, NpgsqlConnection> connections = new(StringComparer.Ordinal);

    /// <summary>One look; null while a database is away.</summary>
    public async Task<InFlight?> Look(CancellationToken token)
    {
        var (unpublished, uncommitted) = (
            new Dictionary<string, long>(StringComparer.Ordinal),
            new Dictionary<string, long>(StringComparer.Ordinal)
        );
        try
        {
            foreach (var name in StackOptions.ServiceNames)
            {
                const string sql = """
                    SELECT (SELECT count(*) FROM outbox WHERE publish_time IS NULL),
                        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                            AND backend_type = 'client backend' AND backend_xid IS NOT NULL)
                    """;
                var connection = await Open(name, token);
                (unpublished[name], uncommitted[name]) = await connection.QuerySingleAsync<(long, long)>(
                    new CommandDefinition(sql, cancellationToken: token)
                );
            }
            const string refunds = """
                SELECT count(*) FROM refund
                WHERE state IN ('Approved', 'Dispatching', 'PendingAtGateway', 'Unconfirmed')
                """;
            var underWay = await (await Open("refunds", token)).ExecuteScalarAsync<long>(
                new CommandDefinition(refunds, cancellationToken: token)
            );
            return new InFlight(unpublished, uncommitted, underWay);
        }
        catch (NpgsqlException)
        {
            await DisposeAsync();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections.Values)
        {
            await connection.DisposeAsync();
        }
        connections.Clear();
    }

    private async Task<NpgsqlConnection> Open(string service, CancellationToken token)
    {
        if (connections.TryGetValue(service, out var connection))
        {
            return connection;
        }
        // Not pooled: a connection of before a restart of the server would fail the first look.
        var database = state.Services[service].Database + ";Pooling=false;Timeout=3;Command Timeout=3";
        connections[service] = connection = new NpgsqlConnection(database);
        await connection.OpenAsync(token);
        // The tables are shut by client: the policy lets '*' see all of them.
        await connection.ExecuteAsync("SELECT set_config('mobility.client', '*', false)");
        return connection;
    }
}
