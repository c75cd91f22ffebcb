using Mobility.Platform;
using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>Moves open cases when shifts change: from who went off duty to who came on. A page at a time, so that a
/// long list holds nobody up.</summary>
public static class FollowRota
{
    public const string Job = "follow-rota";

    /// <summary>Shifts begin and end on the minute; a case waits this long for it at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Cases of one transaction.</summary>
    private const int PageSize = 200;

    public static async Task Run(JobContext job)
    {
        foreach (var client in job.Clients.All)
        {
            var last = Guid.Empty;
            while (true)
            {
                var after = last;
                var page = await job.Db.InTransaction(client.Id, tx => Follow(tx, after), job.Token);
                if (page.Count < PageSize)
                {
                    break;
                }

                last = page[^1];
            }
        }
    }

    private static async Task<IReadOnlyList<Guid>> Follow(Tx tx, Guid after)
    {
        var onDuty = (await Rota.OnDuty(tx, tx.Now)).Select(shift => shift.PersonId).ToArray();
        if (!await AnyElsewhere(tx, onDuty))
        {
            return [];
        }

        await CaseTable.Enter(tx);
        var cases = await Elsewhere(tx, onDuty, after);
        await Ownership.Follow(tx, cases);
        return [.. cases.Select(one => one.Id)];
    }

    /// <summary>Looked at first without waiting for anybody: mostly there is nothing to move.</summary>
    private static Task<bool> AnyElsewhere(Tx tx, Guid[] onDuty) =>
        tx.Scalar<bool>(
            """
            SELECT EXISTS (
                SELECT 1 FROM cases WHERE client_id = @ClientId AND state = 1
                    AND (owner_id IS NULL OR stands_in OR NOT owner_id = ANY(@onDuty)))
            """,
            new { tx.ClientId, onDuty }
        );

    private static Task<IReadOnlyList<Case>> Elsewhere(Tx tx, Guid[] onDuty, Guid after) =>
        tx.List<Case>(
            """
            SELECT * FROM cases
            WHERE client_id = @ClientId AND state = 1 AND id > @after
                AND (owner_id IS NULL OR stands_in OR NOT owner_id = ANY(@onDuty))
            ORDER BY id LIMIT @PageSize
            """,
            new
            {
                tx.ClientId,
                onDuty,
                after,
                PageSize,
            }
        );
}
