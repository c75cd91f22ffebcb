using Dapper;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What the four databases and the two ledgers of the simulator say, read once: everything that the check
/// judges by, besides the file.</summary>
public sealed record DemoBooks
{
    public required IReadOnlyList<RideBook> Rides { get; init; }
    public required IReadOnlyList<FaultBook> Faults { get; init; }
    public required IReadOnlyList<PaymentBook> Payments { get; init; }
    public required IReadOnlyList<RefundBook> Refunds { get; init; }
    public required IReadOnlyList<LedgerBook> Ledger { get; init; }
    public required IReadOnlyList<BudgetBook> Budgets { get; init; }
    public required IReadOnlyList<CounterBook> Counters { get; init; }
    public required IReadOnlyList<DrawBook> Draws { get; init; }
    public required IReadOnlyList<DelegationBook> Delegations { get; init; }
    public required IReadOnlyList<ComplaintBook> Complaints { get; init; }
    public required IReadOnlyList<CaseBook> Cases { get; init; }
    public required IReadOnlyList<PartBook> Parts { get; init; }
    public required IReadOnlyList<ContactBook> Contacts { get; init; }
    public required IReadOnlyList<MessageBook> Messages { get; init; }
    public required IReadOnlyList<EventBook> Events { get; init; }
    public required IReadOnlyList<ParkedBook> Parked { get; init; }
    public required IReadOnlyList<GatewayEntry> Gateway { get; init; }
    public required IReadOnlyList<BackOfficeEntry> BackOffice { get; init; }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="NpgsqlException">A database is away.</exception>
    public static async Task<DemoBooks> Read(RunState state, DemoIds ids, DemoGateway gateway, CancellationToken token)
    {
        var books = new Dictionary<string, Books>(StringComparer.Ordinal);
        try
        {
            foreach (var name in StackOptions.ServiceNames)
            {
                books[name] = await Books.Open(state.Services[name].Database, token);
            }
            var of = new { ids.Client, Begin = ids.At(WeekendTime.Saturday(0)).UtcDateTime };
            // First the books of what was published, then of what arrived: a later arrival is no finding.
            var events = await ReadEvents(books, of.Begin);
            return new DemoBooks
            {
                Rides = await books["faults"].List<RideBook>(RideBook.Statement, of),
                Faults = await books["faults"].List<FaultBook>(FaultBook.Statement, of),
                Payments = await books["refunds"].List<PaymentBook>(PaymentBook.Statement),
                Refunds = await books["refunds"].List<RefundBook>(RefundBook.Statement),
                Ledger = await books["refunds"].List<LedgerBook>(LedgerBook.Statement),
                Budgets = await books["refunds"].List<BudgetBook>(BudgetBook.Statement),
                Counters = await books["refunds"].List<CounterBook>(CounterBook.Statement),
                Draws = await books["refunds"].List<DrawBook>(DrawBook.Statement),
                Delegations = await books["refunds"].List<DelegationBook>(DelegationBook.Statement, of),
                Complaints = await books["parking"].List<ComplaintBook>(ComplaintBook.Statement, of),
                Cases = await books["desk"].List<CaseBook>(CaseBook.Statement, of),
                Parts = await books["desk"].List<PartBook>(PartBook.Statement, of),
                Contacts = await books["desk"].List<ContactBook>(ContactBook.Statement, of),
                Messages = await books["desk"].List<MessageBook>(MessageBook.Statement, of),
                Events = events,
                Parked = await ReadParked(books),
                // Last: a cancel that is done meanwhile belongs to a refund that these rows show as under way.
                Gateway = await gateway.Ledger(token),
                BackOffice = await gateway.BackOffice(token),
            };
        }
        finally
        {
            foreach (var book in books.Values)
            {
                await book.DisposeAsync();
            }
        }
    }

    /// <summary>The weekend that was played last, by the rides that it told of; null when none was.</summary>
    public static async Task<DemoIds?> LastWeekend(RunState state, string client, CancellationToken token)
    {
        await using var books = await Books.Open(state.Services["faults"].Database, token);
        var rides = await books.List<RideBook>(RideBook.Statement, new { Client = client });
        return rides.Select(ride => DemoIds.Of(ride.ExternalId, client)).LastOrDefault(ids => ids is not null);
    }

    /// <summary>The UUID at the end of a resource name.</summary>
    public static Guid IdOf(string name) => Guid.Parse(name[(name.LastIndexOf('/') + 1)..]);

    /// <summary>The weekend's: what is older than two weeks is cleared away on each side in its own time.</summary>
    private static async Task<IReadOnlyList<EventBook>> ReadEvents(Dictionary<string, Books> books, DateTime begin)
    {
        var published = new Dictionary<string, IReadOnlyList<PublishedRow>>(StringComparer.Ordinal);
        foreach (var (name, book) in books)
        {
            published[name] = await book.List<PublishedRow>(EventStatements.Published, new { begin });
        }
        var joined = new List<EventBook>();
        foreach (var (name, sources) in StackOptions.Hears)
        {
            await books[name].Renew();
            var taken = await books[name].List<TakenRow>(EventStatements.Taken);
            joined.AddRange(sources.SelectMany(source => EventBook.Join(name, published[source], taken)));
        }
        return joined;
    }

    private static async Task<IReadOnlyList<ParkedBook>> ReadParked(Dictionary<string, Books> books)
    {
        var parked = new List<ParkedBook>();
        foreach (var (inbox, book) in books)
        {
            parked.AddRange(await book.List<ParkedBook>(ParkedBook.Statement, new { inbox }));
        }
        return parked;
    }

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
