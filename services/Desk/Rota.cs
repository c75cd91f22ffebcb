using Mobility.Platform.Data;

namespace Mobility.Desk;

/// <summary>Who is on duty. A suspended member never is, whatever the shifts say; nor does anybody lead who is a lead
/// no more, or work at the desk who is of another trade by now.</summary>
public static class Rota
{
    /// <summary>More people than any desk has at one time.</summary>
    private const int OnDutyMax = 500;

    /// <summary>The shifts of the active members on duty at the instant: leads first, then deputies, then agents, the
    /// earliest start first.</summary>
    public static Task<IReadOnlyList<Shift>> OnDuty(Tx tx, DateTimeOffset at) =>
        tx.List<Shift>(
            """
            SELECT s.*, m.alias FROM shifts s
            JOIN members m ON m.client_id = s.client_id AND m.person_id = s.person_id AND m.state = 1
            WHERE s.client_id = @ClientId AND NOT s.cancelled
                AND m.role IN (1, 2) AND (s.role <> 2 OR m.role = 2)
                AND s.start_time <= @at AND s.end_time > @at AND s.start_time > @at - interval '14 hours'
            ORDER BY CASE s.role WHEN 2 THEN 1 WHEN 3 THEN 2 ELSE 3 END, s.start_time, s.person_id
            LIMIT @OnDutyMax
            """,
            new
            {
                tx.ClientId,
                at,
                OnDutyMax,
            }
        );

    /// <summary>The active lead whose shift starts next after the instant; null when no such shift stands.</summary>
    public static Task<Guid?> NextLead(Tx tx, DateTimeOffset at) =>
        tx.One<Guid?>(
            """
            SELECT s.person_id FROM shifts s
            JOIN members m ON m.client_id = s.client_id AND m.person_id = s.person_id AND m.state = 1
            WHERE s.client_id = @ClientId AND NOT s.cancelled AND s.role = 2 AND m.role = 2 AND s.start_time > @at
            ORDER BY s.start_time, s.person_id
            LIMIT 1
            """,
            new { tx.ClientId, at }
        );
}
