using Dapper;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What both databases and the gateway's ledger say, read once: everything that the check judges by.</summary>
public sealed record DemoBooks
{
    public required IReadOnlyList<FaultBook> Faults { get; init; }
    public required IReadOnlyList<PaymentBook> Payments { get; init; }
    public required IReadOnlyList<RefundBook> Refunds { get; init; }
    public required IReadOnlyList<LedgerBook> Ledger { get; init; }

    /// <summary>Counters of budgets that differ from the refunds that they count.</summary>
    public required IReadOnlyList<CounterBook> WrongCounters { get; init; }
    public required IReadOnlyList<EventBook> Events { get; init; }
    public required IReadOnlyList<ParkedBook> Parked { get; init; }
    public required IReadOnlyList<GatewayEntry> Gateway { get; init; }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="NpgsqlException">A database is away.</exception>
    public static async Task<DemoBooks> Read(RunState state, DemoRun run, DemoGateway gateway, CancellationToken token)
    {
        await using var faults = await Books.Open(state.Services["faults"].Database, token);
        await using var refunds = await Books.Open(state.Services["refunds"].Database, token);
        var faultIds = run.Reports.Select(report => IdOf(report.Fault)).ToArray();
        // First the books of what was published, then of what arrived: a later arrival is no finding.
        var faultsPublished = await faults.List<PublishedRow>(EventStatements.Published);
        var refundsPublished = await refunds.List<PublishedRow>(EventStatements.Published);
        await faults.Renew();
        await refunds.Renew();
        var faultsTaken = await faults.List<TakenRow>(EventStatements.Taken);
        var refundsTaken = await refunds.List<TakenRow>(EventStatements.Taken);
        return new DemoBooks
        {
            Faults = await faults.List<FaultBook>(FaultBook.Statement, new { run.Client, faultIds }),
            Payments = await refunds.List<PaymentBook>(PaymentBook.Statement),
            Refunds = await refunds.List<RefundBook>(RefundBook.Statement),
            Ledger = await refunds.List<LedgerBook>(LedgerBook.Statement),
            WrongCounters = await refunds.List<CounterBook>(CounterBook.Statement),
            Events =
            [
                .. EventBook.Join("refunds", faultsPublished, refundsTaken),
                .. EventBook.Join("faults", refundsPublished, faultsTaken),
            ],
            Parked =
            [
                .. await faults.List<ParkedBook>(ParkedBook.Statement, new { inbox = "faults" }),
                .. await refunds.List<ParkedBook>(ParkedBook.Statement, new { inbox = "refunds" }),
            ],
            // Last: a cancel that is done meanwhile belongs to a refund that these rows show as under way.
            Gateway = await gateway.Ledger(token),
        };
    }

    /// <summary>The UUID at the end of a resource name.</summary>
    public static Guid IdOf(string name) => Guid.Parse(name[(name.LastIndexOf('/') + 1)..]);

    /// <summary>One database at one instant, the rows of all clients in sight.</summary>
    private sealed class Books(NpgsqlConnection connection, CancellationToken token) : IAsyncDisposable
    {
        public static async Task<Books> Open(string database, CancellationToken token)
        {
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            // Not pooled: a connection of before a restart of the server would fail the first read.
            var connection = new NpgsqlConnection(database + ";Pooling=false;Timeout=3;Command Timeout=10");
            await connection.OpenAsync(token);
            var books = new Books(connection, token);
            await books.Begin();
            return books;
        }

        public async Task<IReadOnlyList<T>> List<T>(string statement, object? arguments = null) =>
            [.. await connection.QueryAsync<T>(new CommandDefinition(statement, arguments, cancellationToken: token))];

        /// <summary>Goes on to the present instant.</summary>
        public async Task Renew()
        {
            await Run("""COMMIT""");
            await Begin();
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task Begin()
        {
            await Run("""BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY""");
            // The tables are shut by client: the policy lets '*' see all of them.
            await Run("""SELECT set_config('mobility.client', '*', true)""");
        }

        private Task<int> Run(string statement) =>
            connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: token));
    }
}
