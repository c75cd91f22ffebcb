using Mobility.Desk.V1;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>The desk's figures over a span: of the desk, never of one person.</summary>
public static class GetDeskFigures
{
    /// <summary>A year with its leap day.</summary>
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(366);

    /// <summary>Cases whose logs are read at once.</summary>
    private const int CasesAtOnce = 500;

    public static async Task<DeskFigures> Handle(GetDeskFiguresRequest request, Call call)
    {
        var check = new Check(call);
        var client = check.Client(request.Parent);
        var start = check.Time(request.StartTime, "start_time", required: true);
        var end = check.Time(request.EndTime, "end_time", required: true);
        check.That(start is null || end is null || start < end, "end_time", "must be later than start_time");
        check.That(
            start is null || end is null || end - start <= LongestSpan,
            "end_time",
            $"must be at most {LongestSpan.Days} days after start_time"
        );
        check.Done();
        var span = new Period(start!.Value, end!.Value);
        var hours = DeskHours.KnownAt(call.Db.Holidays);
        return await call.Read(
            client.Id,
            async tx =>
            {
                var contacts = await Contacts(tx, span);
                var tally = new CaseTally(hours, span, tx.Now);
                var last = Guid.Empty;
                IReadOnlyList<Guid> page;
                do
                {
                    page = await Cases(tx, span, last);
                    foreach (var log in (await CaseLogTable.Of(tx, [.. page])).GroupBy(entry => entry.CaseId))
                    {
                        tally.Add([.. log.Select(entry => new ClockEvent(entry.Kind, entry.OccurTime))]);
                    }

                    last = page.LastOrDefault();
                } while (page.Count == CasesAtOnce);
                return tally.Of(contacts.Offered, contacts.Answered, contacts.Abandoned);
            }
        );
    }

    private static async Task<(int Offered, int Answered, int Abandoned)> Contacts(Tx tx, Period span) =>
        await tx.One<(int, int, int)>(
            """
            SELECT count(*)::integer, (count(*) FILTER (WHERE outcome = 2))::integer,
                (count(*) FILTER (WHERE outcome = 3))::integer
            FROM contacts WHERE client_id = @ClientId AND offer_time >= @Start AND offer_time < @End
            """,
            new
            {
                tx.ClientId,
                span.Start,
                span.End,
            }
        );

    /// <summary>
    /// Cases that were open in the span, in order of their ids. One whose parts all went elsewhere was no matter of its
    /// own and counts nowhere.
    /// </summary>
    private static Task<IReadOnlyList<Guid>> Cases(Tx tx, Period span, Guid after) =>
        tx.List<Guid>(
            """
            SELECT c.id FROM cases c
            WHERE c.client_id = @ClientId AND c.id > @after AND c.create_time < @End
                AND (c.state = 1 OR c.close_time >= @Start)
                AND (c.matter LIKE 'case/%' OR EXISTS (
                    SELECT 1 FROM case_parts p WHERE p.client_id = @ClientId AND p.case_id = c.id))
            ORDER BY c.id LIMIT @CasesAtOnce
            """,
            new
            {
                tx.ClientId,
                after,
                span.Start,
                span.End,
                CasesAtOnce,
            }
        );
}
