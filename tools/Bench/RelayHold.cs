using Npgsql;

namespace Mobility.Bench;

/// <summary>Holds back a service's relay, which its peers have not, until it is disposed.</summary>
internal sealed class RelayHold : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private RelayHold(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Takes the lock that it numbers under (OutboxRelay).</summary>
    public static async Task<RelayHold> Take(BenchSystem system, string service)
    {
        var connection = new NpgsqlConnection(system.Stack.State.Services[service].Database);
        await connection.OpenAsync();
        await IntakeBench.Execute(connection, "BEGIN; LOCK TABLE outbox_counter IN EXCLUSIVE MODE");
        return new RelayHold(connection);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
