using Grpc.Core;
using Mobility.Faults.V1;

namespace Mobility.Bench;

/// <summary>
/// Events from Faults to Refunds and nobody else: each registered vehicle is one event, and both services write it to a
/// row that is never written again, so that the commit times of the two rows are those of event and effect. One server
/// has both databases: one clock.
/// </summary>
internal sealed class EventFlow
{
    /// <summary>What the flow needs: publisher, relay, sidecar, one consumer.</summary>
    public static readonly IReadOnlyList<string> Parts = ["postgres", "sidecar", "faults", "refunds"];

    private const double GentleShare = 0.2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly WholeSystem system;
    private readonly FaultsService.FaultsServiceClient faults;
    private readonly Func<Metadata> headers;
    private int registered;

    public EventFlow(WholeSystem system)
    {
        this.system = system;
        (var channel, headers) = system.Open("faults", WholeSystem.Operator);
        faults = new FaultsService.FaultsServiceClient(channel);
    }

    /// <summary>Events that were committed, by the replies to their writers.</summary>
    public int Registered => registered;

    /// <summary>Events for the time of the warm-up, slowly at first: code that is not compiled yet cannot keep
    /// up.</summary>
    public async Task WarmUp(OpenLoop loop)
    {
        var gentle = loop.AtShare(GentleShare);
        await gentle.Run(gentle.CallsIn(BenchOptions.WarmUp), _ => Register());
        await loop.Run(loop.CallsIn(BenchOptions.WarmUp), _ => Register());
        await Drained();
        system.Begin();
    }

    /// <summary>Registers a vehicle; its id.</summary>
    public async Task<Guid> Register()
    {
        var id = WholeSystem.NewId();
        var request = new RegisterVehicleRequest
        {
            Parent = WholeSystem.Parent,
            Vehicle = new Vehicle { PrintedCode = $"{id:N}".ToUpperInvariant(), Product = "scooter" },
            RequestId = $"{id}",
        };
        var made = await faults.RegisterVehicleAsync(request, headers());
        Interlocked.Increment(ref registered);
        return Guid.Parse(made.Name[(made.Name.LastIndexOf('/') + 1)..]);
    }

    /// <summary>Events that Refunds has taken: its sidecar hands them over in order, so the last number is their
    /// count.</summary>
    public Task<long> Applied() =>
        system.Value<long>("refunds", """SELECT coalesce(max(sequence), 0) FROM inbox WHERE source LIKE 'faults/%'""");

    /// <summary>Events that Refunds has not taken yet.</summary>
    public async Task<long> Waiting()
    {
        var written = Registered;
        return written - await Applied();
    }

    /// <summary>Events of which the relay has not written down yet that they are published.</summary>
    private Task<long> Unmarked() =>
        system.Value<long>("faults", """SELECT count(*) FROM outbox WHERE publish_time IS NULL""");

    /// <summary>Waits until nothing waits; false when something does after five minutes.</summary>
    public Task<bool> Drained() =>
        WholeSystem.Until(Patience, async () => await Waiting() <= 0 && await Unmarked() == 0);

    /// <summary>Milliseconds from the commit of an event to the commit of its effect, sorted. The server stamps a
    /// transaction before it flushes it: the source's flush counts, the consumer's own does not.</summary>
    /// <param name="vehicles">Whose events.</param>
    public async Task<IReadOnlyList<double>> Lags(IReadOnlyCollection<Guid> vehicles)
    {
        const string source = """SELECT id, pg_xact_commit_timestamp(xmin) AS time FROM vehicles""";
        const string copy = """SELECT vehicle_id AS id, pg_xact_commit_timestamp(xmin) AS time FROM vehicle_copy""";
        var written = (await system.List<CommitRow>("faults", source)).ToDictionary(row => row.Id, row => row.Time);
        var taken = (await system.List<CommitRow>("refunds", copy)).ToDictionary(row => row.Id, row => row.Time);
        return [.. vehicles.Select(id => (taken[id] - written[id]).TotalMilliseconds).Order()];
    }

    /// <summary>What voids a run: an event that was not published once, taken once and applied, in a row of numbers
    /// without a hole; a call or a part that had to be repeated.</summary>
    public async Task<IReadOnlyList<string>> Findings()
    {
        const string outbox = """
            SELECT count(*) AS rows, count(publish_time) AS fit, coalesce(max(sequence), 0) AS last FROM outbox
            """;
        const string inbox = """
            SELECT count(*) AS rows, count(*) FILTER (WHERE outcome = 'APPLIED') AS fit,
                coalesce(max(sequence), 0) AS last
            FROM inbox WHERE source LIKE 'faults/%'
            """;
        const string parked = """SELECT count(*) FROM inbox_parked""";
        var published = (await system.List<CountRow>("faults", outbox)).Single();
        var taken = (await system.List<CountRow>("refunds", inbox)).Single();
        var aside = await system.Value<long>("refunds", parked);
        var all = new CountRow(Registered, Registered, Registered);
        var findings = new List<string>();
        if (published != all)
        {
            findings.Add(
                $"of {all.Rows} events the outbox has {published.Rows}, published {published.Fit}, "
                    + $"last number {published.Last}"
            );
        }
        if (taken != all)
        {
            findings.Add(
                $"of {all.Rows} events the inbox has {taken.Rows}, applied {taken.Fit}, " + $"last number {taken.Last}"
            );
        }
        if (aside > 0)
        {
            findings.Add($"{aside} events are parked");
        }
        return [.. findings, .. system.Troubles()];
    }

    private sealed record CommitRow
    {
        public Guid Id { get; init; }
        public DateTime Time { get; init; }
    }

    private sealed record CountRow(long Rows, long Fit, long Last);
}
