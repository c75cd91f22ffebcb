using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>A refund of which an alert may be due.</summary>
public sealed record OwedRow
{
    public required string ClientId { get; init; }
    public required Guid RefundId { get; init; }
}

/// <summary>Which alerts were given about money that is owed by law.</summary>
public static class DueAlertTable
{
    /// <summary>Refunds whose time is nearer than what was alerted of last, the most urgent first; of those that are
    /// closed only what may be owed still, because less is in their place or came back too.</summary>
    public static Task<IReadOnlyList<OwedRow>> Near(Tx tx, string[] clients, TimeSpan back, int limit) =>
        tx.List<OwedRow>(
            """
            SELECT r.client_id, r.refund_id FROM refund r
            WHERE r.client_id = ANY(@clients) AND r.due_time > @From AND r.due_time <= @DayAhead
                AND r.state NOT IN ('Settled', 'Denied', 'Declined')
                AND NOT (r.state = 'Closed' AND EXISTS (
                    SELECT 1 FROM refund x
                    WHERE x.client_id = r.client_id AND x.refund_id = r.replaced_by AND x.state = 'Settled'
                        AND x.amount = r.amount))
                AND NOT EXISTS (
                    SELECT 1 FROM due_alert a
                    WHERE a.client_id = r.client_id AND a.refund_id = r.refund_id
                        AND (a.alert IN ('Overdue', 'NotOwed')
                            OR (a.alert = 'HoursBefore' AND r.due_time > @Now)
                            OR (a.alert = 'DayBefore' AND r.due_time > @HoursAhead)))
            ORDER BY r.due_time, r.refund_id LIMIT @limit
            """,
            new
            {
                clients,
                limit,
                tx.Now,
                From = tx.Now - back,
                HoursAhead = tx.Now + StatutoryClock.HoursBefore,
                DayAhead = tx.Now + StatutoryClock.DayBefore,
            }
        );

    /// <summary>What was made good on the payment otherwise since the refund was asked for: for the same reason, in its
    /// place for whatever reason, or past us.</summary>
    public static Task<long> MadeGood(Tx tx, RefundRow row) =>
        tx.Scalar<long>(
            """
            WITH RECURSIVE place AS (
                SELECT r.replaced_by FROM refund r WHERE r.client_id = @ClientId AND r.refund_id = @RefundId
                UNION ALL
                SELECT r.replaced_by FROM place p
                JOIN refund r ON r.client_id = @ClientId AND r.refund_id = p.replaced_by)
            SELECT
                (SELECT coalesce(sum(o.amount), 0) FROM refund o
                WHERE o.client_id = @ClientId AND o.payment_id = @PaymentId AND o.refund_id <> @RefundId
                    AND o.state = 'Settled' AND o.create_time >= @CreateTime
                    AND (o.reason = @Reason OR o.refund_id IN (SELECT p.replaced_by FROM place p)))::bigint
                + (SELECT coalesce(sum(e.amount), 0) FROM external_refund e
                WHERE e.client_id = @ClientId AND e.payment_id = @PaymentId AND e.state = 'Adopted'
                    AND e.adopt_time >= @CreateTime)::bigint
            """,
            new
            {
                tx.ClientId,
                row.Refund.PaymentId,
                row.Refund.RefundId,
                row.Reason,
                row.CreateTime,
            }
        );

    /// <summary>Was the alert not given before? The key lets each be given once, however many processes look.</summary>
    public static async Task<bool> Insert(Tx tx, RefundRow row, string alert, long? lateInterest) =>
        await tx.Execute(
            """
            INSERT INTO due_alert (client_id, refund_id, alert, due_time, calendar_version, late_interest, create_time)
            VALUES (@ClientId, @RefundId, @alert, @DueTime, @CalendarVersion, @lateInterest, @Now)
            ON CONFLICT (client_id, refund_id, alert) DO NOTHING
            """,
            new
            {
                tx.ClientId,
                row.Refund.RefundId,
                alert,
                DueTime = row.Decision.DueTime.ToDateTimeOffset(),
                row.Decision.CalendarVersion,
                lateInterest,
                tx.Now,
            }
        ) == 1;
}
