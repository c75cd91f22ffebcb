using System.Diagnostics;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What the check found of one weekend. Amounts in won.</summary>
/// <param name="Findings">One sentence for each row that is not as it must be; empty when all is well.</param>
/// <param name="Books">The rows that were judged; null when they could not be read.</param>
/// <param name="OpenMatters">Matters that wait for somebody.</param>
public sealed record DemoVerdict(IReadOnlyList<string> Findings, DemoBooks? Books, int OpenMatters)
{
    /// <summary>Events that were published, counted once for each who hears them.</summary>
    public long Published => Books?.Events.Count(one => one.IsPublished) ?? 0;

    /// <summary>Those of them that were taken.</summary>
    public long Applied => Books?.Events.Count(one => one.IsApplied) ?? 0;

    public long Parked => Books?.Parked.Count ?? 0;

    public long Holes => Books is null ? 0 : DemoEventCheck.Holes(Books.Events);
}

/// <summary>
/// Judges a weekend by three witnesses: the ledgers of the gateway and of the back office, the rows of the databases,
/// and the file; never by what a service says of itself.
/// </summary>
public sealed class DemoCheck(RunState state, RunFolder run, string root, Weekend weekend, DemoIds ids)
{
    /// <summary>How long events and refunds may take to come to rest, holes healed and killed parts
    /// restarted.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A finding that is gone by then was a row caught on its way.</summary>
    private static readonly TimeSpan Persistence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads until all is at rest and well, or the patience ends.</summary>
    /// <param name="patience">How long to wait for rest; zero = judge what is there now.</param>
    /// <param name="token">Cancels.</param>
    public async Task<DemoVerdict> Judge(TimeSpan patience, CancellationToken token = default)
    {
        using var gateway = new DemoGateway(state, run);
        var start = Stopwatch.GetTimestamp();
        long? quietSince = null;
        while (true)
        {
            var (verdict, isQuiet) = await Look(gateway, token);
            quietSince = isQuiet ? quietSince ?? Stopwatch.GetTimestamp() : null;
            var persists = quietSince is { } since && Stopwatch.GetElapsedTime(since) > Persistence;
            if ((isQuiet && verdict.Findings.Count == 0) || persists || Stopwatch.GetElapsedTime(start) >= patience)
            {
                return verdict;
            }
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    private async Task<(DemoVerdict Verdict, bool IsQuiet)> Look(DemoGateway gateway, CancellationToken token)
    {
        try
        {
            var books = await DemoBooks.Read(state, ids, gateway, token);
            var desk = new DemoDeskCheck(weekend, books, new DemoThings(ids, weekend, books), People());
            var findings = Findings(weekend, ids, books, People());
            return (new DemoVerdict(findings, books, desk.OpenMatters().Count), !UnderWay(books).Any());
        }
        catch (Exception e) when (e is NpgsqlException or HttpRequestException)
        {
            return (new DemoVerdict([$"the books cannot be read: {e.Message}"], Books: null, OpenMatters: 0), false);
        }
    }

    /// <summary>What is wrong with books that were read: the file beside the rows and the ledgers.</summary>
    public static IReadOnlyList<string> Findings(
        Weekend weekend,
        DemoIds ids,
        DemoBooks books,
        IReadOnlyList<DemoPerson> people
    )
    {
        var things = new DemoThings(ids, weekend, books);
        return
        [
            .. UnderWay(books),
            .. new DemoStepCheck(ids, weekend, books, things).Findings(),
            .. DemoStopCheck.Findings(books),
            .. DemoMoneyCheck.Findings(books),
            .. DemoBudgetCheck.Findings(weekend, books),
            .. new DemoDeskCheck(weekend, books, things, people).Findings(),
            .. DemoEventCheck.Findings(books),
        ];
    }

    private static IEnumerable<string> UnderWay(DemoBooks books) =>
        DemoEventCheck
            .UnderWay(books)
            .Concat(
                books.Refunds.Where(one => one.IsUnderWay).Select(one => $"refund {one.RefundId} is still {one.State}")
            );

    /// <summary>The people of the weekend's client.</summary>
    public IReadOnlyList<DemoPerson> People() =>
        [.. DemoPerson.Load(root).Where(one => one.Clients.Contains(weekend.Client, StringComparer.Ordinal))];
}
