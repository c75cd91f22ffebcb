using System.Collections.Concurrent;
using System.Data;
using Dapper;
using Grpc.Core;
using Mobility.Holidays;
using Mobility.Platform.Rpc;
using Npgsql;

namespace Mobility.Platform.Data;

/// <summary>The service's database: one pool a process, transactions only.</summary>
public sealed class Db : IAsyncDisposable
{
    /// <summary>Stands for all clients, for jobs that work over all of them.</summary>
    public const string AllClients = "*";

    /// <summary>A block that loses a race is run anew this often; more would only feed the contention.</summary>
    private const int AttemptsMax = 4;

    /// <summary>Connections unless the connection string says otherwise: five services and their second copies stay
    /// below PostgreSQL's 200 with one to spare each, and two cores and a disk are busy with far fewer.</summary>
    private const int ConnectionsMax = 16;

    /// <summary>Statements that a connection keeps parsed; the service with the most has some 150, of which a third is
    /// asked often.</summary>
    private const int PreparedMax = 64;

    /// <summary>
    /// A statement is parsed once and planned for the values at hand, unless its transaction says otherwise: a plan
    /// that was kept from when a table was small held a lock twice as long (docs/performance.md). Nothing here changes
    /// a session, so none is reset. A commit has no time limit: PostgreSQL that waits for its standby answers a
    /// cancelled commit as one that succeeded. A machine that vanishes says nothing: PostgreSQL lets go of what its
    /// transaction had locked after a minute, and one that waits for a PostgreSQL that vanished asks after it, instead
    /// of after the two hours of the kernel.
    /// </summary>
    private const string Session =
        "Options=-c plan_cache_mode=force_custom_plan -c idle_in_transaction_session_timeout=60s;"
        + "No Reset On Close=true;Command Timeout=0;Tcp Keepalive=true;Tcp Keepalive Time=30;Tcp Keepalive Interval=5";

    /// <summary>How long a transaction waits for a connection: less than the five seconds of the pages' patience, so
    /// that whoever waits hears that too much is under way.</summary>
    private static readonly TimeSpan ConnectionPatience = TimeSpan.FromSeconds(4);

    /// <summary>How long a transaction lets another one open its connection first: longer than that takes, shorter than
    /// anybody notices when PostgreSQL is away.</summary>
    private static readonly TimeSpan OpeningPatience = TimeSpan.FromMilliseconds(50);

    private readonly NpgsqlDataSource source;
    private readonly SemaphoreSlim connections;
    private readonly SemaphoreSlim opening = new(1);
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> wakes = new(StringComparer.Ordinal);

    static Db()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcHandler());
    }

    /// <summary>Opens the pool; no connection is made yet.</summary>
    public Db(string connectionString, string serviceName, TimeProvider clock)
    {
        this.clock = clock;
        ServiceName = serviceName;
        // What the string says comes last and wins.
        var options = new NpgsqlConnectionStringBuilder(
            $"Maximum Pool Size={ConnectionsMax};Max Auto Prepare={PreparedMax};{Session};{connectionString}"
        );
        source = NpgsqlDataSource.Create(options);
        connections = new SemaphoreSlim(options.MaxPoolSize);
    }

    /// <summary>Name of the service, as in event sources and topics.</summary>
    public string ServiceName { get; }

    /// <summary>The clients, for handlers, which are given no more than a transaction.</summary>
    public ClientCatalogue Clients
    {
        get => field ?? throw new InvalidOperationException("This database was opened without the clients.");
        init;
    }

    /// <summary>The public holidays, of now and of then.</summary>
    public HolidayCalendars Holidays { get; } = new();

    /// <summary>The life of this database; known once the migrations ran.</summary>
    public Guid Incarnation { get; internal set; }

    /// <summary>What events of this life add to revisions; 0 unless the database was restored.</summary>
    internal long RevisionBase { get; set; }

    /// <summary>"{service}/{incarnation}", the source of this service's events.</summary>
    public string EventSource => $"{ServiceName}/{Incarnation}";

    /// <summary>
    /// Runs the block in one transaction that sees the client's rows, and commits. A block that loses a
    /// serialization race or a deadlock is run anew, so it must keep its effects inside the transaction.
    /// </summary>
    /// <exception cref="Refusal">UNAVAILABLE with OUTCOME_UNKNOWN when the commit got no answer, which is never retried
    /// here; ABORTED with TRANSACTION_LOST when every attempt lost its race; RESOURCE_EXHAUSTED with SERVICE_BUSY when
    /// no connection came free, and nothing was begun.</exception>
    public async Task<T> InTransaction<T>(string clientId, Func<Tx, Task<T>> run, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Attempt(clientId, run, token);
            }
            catch (PostgresException e) when (DatabaseErrors.IsStalePlan(e) && attempt < AttemptsMax)
            {
                // A migration changed what a prepared statement returns: every connection prepares anew.
                source.Clear();
            }
            catch (PostgresException e)
                when (e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                Metrics.TransactionsRetried.Add(1);
                if (attempt == AttemptsMax)
                {
                    throw new Refusal(
                        StatusCode.Aborted,
                        "TRANSACTION_LOST",
                        "Others kept changing the same rows; ask again with the same request id."
                    );
                }
            }
        }
    }

    /// <summary>Wakes a job of this process.</summary>
    public void Wake(string job)
    {
        var wake = WakeOf(job);
        if (wake.CurrentCount == 0)
        {
            wake.Release();
        }
    }

    /// <summary>What a job waits on between runs.</summary>
    internal SemaphoreSlim WakeOf(string job) => wakes.GetOrAdd(job, _ => new SemaphoreSlim(0));

    /// <summary>A bare connection, for migrations.</summary>
    internal ValueTask<NpgsqlConnection> Open(CancellationToken token) => source.OpenConnectionAsync(token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        connections.Dispose();
        opening.Dispose();
    }

    private async Task<T> Attempt<T>(string clientId, Func<Tx, Task<T>> run, CancellationToken token)
    {
        if (!await connections.WaitAsync(ConnectionPatience, token))
        {
            throw Overload.Busy();
        }
        try
        {
            return await Connected(clientId, run, token);
        }
        finally
        {
            connections.Release();
        }
    }

    private async Task<T> Connected<T>(string clientId, Func<Tx, Task<T>> run, CancellationToken token)
    {
        // A process's jobs begin at one moment: what opens a connection for each of them finds, in its turn, one that
        // another is through with.
        var isFirst = await opening.WaitAsync(OpeningPatience, token);
        var opened = source.OpenConnectionAsync(token).AsTask();
        await ((Task)opened).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (isFirst)
        {
            opening.Release();
        }
        await using var connection = await opened;
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
        var tx = new Tx(this, connection, transaction, clientId, Call.Millisecond(clock.GetUtcNow()), token);
        // Nobody waits any more for what came too late.
        token.ThrowIfCancellationRequested();
        var result = await run(tx);
        try
        {
            await tx.Commit();
        }
        // A server that is shut down says so, and may have committed before: while it waited for its standby.
        catch (NpgsqlException e) when (DatabaseErrors.IsDown(e) && !DatabaseErrors.IsLockTimeout(e))
        {
            throw new Refusal(
                StatusCode.Unavailable,
                "OUTCOME_UNKNOWN",
                "The commit got no answer; ask again with the same request id."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
        foreach (var job in tx.Woken)
        {
            Wake(job);
        }
        return result;
    }

    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.ToUniversalTime();

        public override DateTimeOffset Parse(object value) =>
            value switch
            {
                DateTimeOffset time => time.ToUniversalTime(),
                DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
                _ => throw new DataException($"{value.GetType()} is no time."),
            };
    }
}
