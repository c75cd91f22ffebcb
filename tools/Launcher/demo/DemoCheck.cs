using System.Diagnostics;
using Npgsql;

namespace Mobility.Launcher;

/// <summary>What the check found of one run. Amounts in won.</summary>
/// <param name="Findings">One sentence for each row that is not as it must be; empty when all is well.</param>
/// <param name="Grounded">Vehicles off the street because of this run's reports.</param>
/// <param name="Settled">Settled refunds of this run's payments.</param>
/// <param name="Denied">Denied ones.</param>
/// <param name="WonOut">Sum of the settled ones by our rows.</param>
/// <param name="GatewayLedger">Sum of the cancels of this run's payments by the gateway's ledger.</param>
/// <param name="Published">Events that both services ever published and still keep.</param>
/// <param name="Applied">Those of them that the other service has taken.</param>
/// <param name="Parked">Events that wait for a person.</param>
/// <param name="Holes">Sequence numbers that a subscriber misses.</param>
/// <param name="Books">The rows that were judged; null when they could not be read.</param>
public sealed record DemoVerdict(
    IReadOnlyList<string> Findings,
    int Grounded,
    int Settled,
    int Denied,
    long WonOut,
    long GatewayLedger,
    long Published,
    long Applied,
    long Parked,
    long Holes,
    DemoBooks? Books
);

/// <summary>
/// Judges a run by the gateway's ledger, the rows of both databases, the scenario and the record of what the run made;
/// never by what a service says of itself.
/// </summary>
public sealed class DemoCheck(RunState state, RunFolder run)
{
    /// <summary>How long events and refunds may take to come to rest,
    /// holes healed and killed parts restarted.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>A finding that is gone by then was a row caught on its way.</summary>
    private static readonly TimeSpan Persistence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads until all is at rest and well, or the patience ends.</summary>
    /// <param name="played">The record of the run.</param>
    /// <param name="patience">How long to wait for rest; zero = judge what is there now.</param>
    /// <param name="token">Cancels.</param>
    public async Task<DemoVerdict> Judge(DemoRun played, TimeSpan patience, CancellationToken token = default)
    {
        using var gateway = new DemoGateway(state, run);
        var start = Stopwatch.GetTimestamp();
        long? quietSince = null;
        while (true)
        {
            var (verdict, isQuiet) = await Look(played, gateway, token);
            quietSince = isQuiet ? quietSince ?? Stopwatch.GetTimestamp() : null;
            var persists = quietSince is { } since && Stopwatch.GetElapsedTime(since) > Persistence;
            if ((isQuiet && verdict.Findings.Count == 0) || persists || Stopwatch.GetElapsedTime(start) >= patience)
            {
                return verdict;
            }
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    private async Task<(DemoVerdict Verdict, bool IsQuiet)> Look(
        DemoRun played,
        DemoGateway gateway,
        CancellationToken token
    )
    {
        try
        {
            var books = await DemoBooks.Read(state, played, gateway, token);
            List<string> underWay = [.. DemoReportCheck.UnderWay(played, books), .. DemoEventCheck.UnderWay(books)];
            IEnumerable<string> findings =
            [
                .. DemoReportCheck.Findings(played, books),
                .. DemoMoneyCheck.Findings(books),
                .. DemoMoneyCheck.Again(played, books),
                .. DemoEventCheck.Findings(books),
            ];
            return (Count(played, books, [.. underWay, .. findings]), underWay.Count == 0);
        }
        catch (Exception e) when (e is NpgsqlException or HttpRequestException)
        {
            string[] away = [$"the books cannot be read: {e.Message}"];
            return (new DemoVerdict(away, 0, 0, 0, 0, 0, 0, 0, 0, 0, Books: null), false);
        }
    }

    private static DemoVerdict Count(DemoRun played, DemoBooks books, IReadOnlyList<string> findings)
    {
        var payments = played.Reports.Select(report => DemoBooks.IdOf(report.Payment)).ToHashSet();
        var keys = played.Reports.Select(report => report.PaymentKey).ToHashSet(StringComparer.Ordinal);
        var refunds = books.Refunds.Where(refund => payments.Contains(refund.PaymentId)).ToList();
        var published = books.Events.Where(one => one.IsPublished).ToList();
        return new DemoVerdict(
            findings,
            books.Faults.Count(fault => fault is { Grounding: DemoReportCheck.Grounded, VehicleState: 2 }),
            refunds.Count(refund => refund.IsSettled),
            refunds.Count(refund => refund.State == "Denied"),
            refunds.Where(refund => refund.IsSettled).Sum(refund => refund.Amount),
            books.Gateway.Where(entry => keys.Contains(entry.PaymentKey)).Sum(entry => entry.CancelAmount),
            published.Count,
            published.Count(one => one.IsApplied),
            books.Parked.Count,
            DemoEventCheck.Holes(books),
            books
        );
    }
}
