using Dapper;
using Google.Protobuf;
using Mobility.Holidays;
using Mobility.Platform.Events;
using Npgsql;

namespace Mobility.Platform.Data;

/// <summary>A transaction: statements on the rows of one client, and the events that commit with them.</summary>
public sealed class Tx
{
    /// <summary>A statement that takes longer holds locks that others wait for.</summary>
    private const int StatementSecondsMax = 15;

    /// <summary>The job that publishes the outbox.</summary>
    internal const string RelayJob = "outbox-relay";

    private readonly Db db;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly List<OutboxRow> events = [];
    private readonly HashSet<string> woken = new(StringComparer.Ordinal);
    private readonly List<string> places = [];
    private Round? last;
    private bool isOpen;

    internal Tx(
        Db db,
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string clientId,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        this.db = db;
        this.connection = connection;
        this.transaction = transaction;
        ClientId = clientId;
        Now = now;
        Token = token;
    }

    /// <summary>The client whose rows are seen; "*" for all.</summary>
    public string ClientId { get; }

    /// <summary>When the transaction began, UTC, cut to the millisecond.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Ends when nobody waits for the result any more.</summary>
    public CancellationToken Token { get; }

    /// <summary>The clients.</summary>
    public ClientCatalogue Clients => db.Clients;

    /// <summary>The public holidays, of now and of then.</summary>
    public HolidayCalendars Holidays => db.Holidays;

    internal IReadOnlyCollection<string> Woken => woken;

    /// <summary>Statements that are sent together.</summary>
    public Round NewRound() => new(this);

    /// <summary>Statements that are sent together with the events and the commit, when the block is through.</summary>
    public Round Last => last ??= NewRound();

    /// <summary>The first row, or the type's default when there is none.</summary>
    public async Task<T?> One<T>(string sql, object? args = null) =>
        await connection.QueryFirstOrDefaultAsync<T?>(await Command(sql, args));

    /// <summary>All rows; the statement bounds their number.</summary>
    public async Task<IReadOnlyList<T>> List<T>(string sql, object? args = null) =>
        (await connection.QueryAsync<T>(await Command(sql, args))).AsList();

    /// <summary>Runs a statement and says how many rows it changed.</summary>
    public async Task<int> Execute(string sql, object? args = null) =>
        await connection.ExecuteAsync(await Command(sql, args));

    /// <summary>The first column of the one row that the statement returns.</summary>
    public async Task<T> Scalar<T>(string sql, object? args = null) =>
        await connection.ExecuteScalarAsync<T>(await Command(sql, args)) is { } value
            ? value
            : throw new InvalidOperationException("The statement returned no value.");

    /// <summary>Queues an event that is published once the transaction has committed.</summary>
    /// <param name="evt">The event: ids, states, amounts; no name, phone or free text.</param>
    /// <param name="subject">Name of the resource that it is about.</param>
    public void Publish(IMessage evt, string subject)
    {
        var clientId = Rpc.ResourceName.ClientOf(subject) ?? ClientId;
        events.Add(CloudEvent.NewRow(evt, subject, clientId, db, Now));
        Wake(RelayJob);
    }

    /// <summary>Wakes a job of this process once the transaction has committed.</summary>
    public void Wake(string job) => woken.Add(job);

    /// <summary>Names what this commit does: the <see cref="KillPoint"/>s PLACE.before-commit and PLACE.after-commit
    /// lie just before its last round and just after it.</summary>
    public void Passes(string place) => places.Add(place);

    /// <summary>Has the first round still to say whose rows are seen? It is asked once.</summary>
    internal bool TakeOpening() => !Interlocked.Exchange(ref isOpen, true);

    /// <summary>
    /// Says whose rows are seen, until the transaction ends, and how long a lock is waited for: the last round has no
    /// limit besides, because PostgreSQL that waits for its standby answers a cancelled commit as one that succeeded.
    /// </summary>
    internal void Open(Round round) =>
        round.One<string>(
            """
            SELECT set_config('mobility.client', @ClientId, true) || set_config('lock_timeout', @LockPatience, true)
            """,
            new { ClientId, LockPatience = $"{StatementSecondsMax}s" }
        );

    internal NpgsqlBatch NewBatch(bool mayEnd) =>
        new(connection, transaction) { Timeout = mayEnd ? StatementSecondsMax : 0 };

    /// <summary>Sends what was left for the end, the events and the commit.</summary>
    internal async Task Commit()
    {
        WriteEvents();
        Last.Execute("""COMMIT""");
        places.ForEach(place => KillPoint.Reach($"{place}.before-commit"));
        await Last.Run(mayEnd: false);
        places.ForEach(place => KillPoint.Reach($"{place}.after-commit"));
    }

    private void WriteEvents()
    {
        if (events.Count > 0)
        {
            Last.Execute(
                """
                INSERT INTO outbox (client_id, event_id, type, subject, envelope, create_time)
                SELECT client_id, event_id, type, subject, envelope::jsonb, @Now
                FROM unnest(
                        @ClientIds::text[], @EventIds::uuid[], @Types::text[], @Subjects::text[], @Envelopes::text[])
                    WITH ORDINALITY AS e (client_id, event_id, type, subject, envelope, n)
                ORDER BY n
                """,
                new
                {
                    Now,
                    ClientIds = events.Select(e => e.ClientId).ToArray(),
                    EventIds = events.Select(e => e.EventId).ToArray(),
                    Types = events.Select(e => e.Type).ToArray(),
                    Subjects = events.Select(e => e.Subject).ToArray(),
                    Envelopes = events.Select(e => e.Envelope).ToArray(),
                }
            );
        }
    }

    private async Task<CommandDefinition> Command(string sql, object? args)
    {
        if (TakeOpening())
        {
            var opening = NewRound();
            Open(opening);
            await opening.Run();
        }
        return new(sql, args, transaction, StatementSecondsMax, cancellationToken: Token);
    }
}
