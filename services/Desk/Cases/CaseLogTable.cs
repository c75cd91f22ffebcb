using Mobility.Desk.V1;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>A line of a case's log.</summary>
public sealed record CaseLogRow
{
    public Guid CaseId { get; init; }
    public CaseLogKind Kind { get; init; }
    public string Actor { get; init; } = "";
    public string Subject { get; init; } = "";
    public DateTimeOffset OccurTime { get; init; }
}

/// <summary>A note for colleagues.</summary>
public sealed record CaseNoteRow
{
    public string Text { get; init; } = "";
    public string Author { get; init; } = "";
    public DateTimeOffset CreateTime { get; init; }
}

/// <summary>Statements on the log and the notes of cases. Both only grow.</summary>
public static class CaseLogTable
{
    /// <summary>More lines than any case gets; the clocks need them all.</summary>
    private const int LinesMax = 100_000;

    /// <summary>Notes that a reply holds.</summary>
    public const int NotesMax = 200;

    public static Task<int> Add(Tx tx, Guid caseId, CaseLogKind kind, string actor, string subject = "") =>
        tx.Execute(
            """
            INSERT INTO case_log (client_id, case_id, number, kind, actor, subject, occur_time)
            SELECT @ClientId, @caseId, coalesce(max(number), 0) + 1, @kind, @actor, @subject, @Now
            FROM case_log WHERE client_id = @ClientId AND case_id = @caseId
            """,
            new
            {
                tx.ClientId,
                caseId,
                kind,
                actor,
                subject,
                tx.Now,
            }
        );

    /// <summary>The person is here: clocks that waited for them run again.</summary>
    public static async Task Resume(Tx tx, Guid caseId, string actor, string subject)
    {
        var last = await tx.One<CaseLogKind>(
            """
            SELECT kind FROM case_log
            WHERE client_id = @ClientId AND case_id = @caseId AND kind IN (1, 7, 8, 10, 11)
            ORDER BY number DESC LIMIT 1
            """,
            new { tx.ClientId, caseId }
        );
        if (last == CaseLogKind.Paused)
        {
            await Add(tx, caseId, CaseLogKind.Resumed, actor, subject);
        }
    }

    /// <summary>Adds a note and the line that says so.</summary>
    public static async Task AddNote(Tx tx, Guid caseId, string text, string author)
    {
        await tx.Execute(
            """
            INSERT INTO case_notes (client_id, case_id, number, text, author, create_time)
            SELECT @ClientId, @caseId, coalesce(max(number), 0) + 1, @text, @author, @Now
            FROM case_notes WHERE client_id = @ClientId AND case_id = @caseId
            """,
            new
            {
                tx.ClientId,
                caseId,
                text,
                author,
                tx.Now,
            }
        );
        await Add(tx, caseId, CaseLogKind.Noted, author);
    }

    /// <summary>The whole log of some cases, each in the order in which things happened.</summary>
    public static Task<IReadOnlyList<CaseLogRow>> Of(Tx tx, params Guid[] caseIds) =>
        tx.List<CaseLogRow>(
            """
            SELECT case_id, kind, actor, subject, occur_time FROM case_log
            WHERE client_id = @ClientId AND case_id = ANY(@caseIds)
            ORDER BY case_id, number LIMIT @LinesMax
            """,
            new
            {
                tx.ClientId,
                caseIds,
                LinesMax,
            }
        );

    /// <summary>The latest notes of a case, oldest first.</summary>
    public static async Task<IReadOnlyList<CaseNoteRow>> NotesOf(Tx tx, Guid caseId)
    {
        var latest = await tx.List<CaseNoteRow>(
            """
            SELECT text, author, create_time FROM case_notes
            WHERE client_id = @ClientId AND case_id = @caseId
            ORDER BY number DESC LIMIT @NotesMax
            """,
            new
            {
                tx.ClientId,
                caseId,
                NotesMax,
            }
        );
        return [.. latest.Reverse()];
    }
}
