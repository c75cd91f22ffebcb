using Grpc.Core;
using Mobility.Platform.Data;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund that is to be replaced, and which one is in its place already, under way or settled.</summary>
public sealed record Replaceable
{
    public required Guid RefundId { get; init; }
    public required RefundState State { get; init; }
    public required Guid? PaymentId { get; init; }
    public required long Amount { get; init; }
    public Guid? ReplacementId { get; init; }
}

/// <summary>
/// A refund that came back is made good by another one, with an id and a decision of its own: what was spent under the
/// delegation stays spent. One at a time is in its place; when that one settles, it is closed, and when that one comes
/// to nothing, it may be replaced anew.
/// </summary>
public static class Replacement
{
    /// <summary>May the request be in place of the refund that it names? As it looks now, without a lock.</summary>
    public static async Task Check(Tx tx, RefundAsked asked)
    {
        if (asked.Replaces is { } original)
        {
            var round = tx.NewRound();
            var rows = Look(round, tx, [original], locked: false);
            await round.Run();
            Check(tx, asked, rows().FirstOrDefault());
        }
    }

    /// <summary>The same of the row; null when the client has no such refund.</summary>
    /// <exception cref="Refusal">NOT_FOUND REFUND_UNKNOWN, FAILED_PRECONDITION NOT_REPLACEABLE.</exception>
    public static void Check(Tx tx, RefundAsked asked, Replaceable? returned)
    {
        if (asked.Replaces is not { } original)
        {
            return;
        }
        var name = Name(tx, original);
        var violations = Violations(tx, asked, returned ?? throw Errors.Unknown(Errors.RefundUnknown, name)).ToList();
        if (violations.Count > 0)
        {
            throw new Refusal(
                StatusCode.FailedPrecondition,
                Errors.NotReplaceable,
                "The refund cannot be in place of the one that it names.",
                ("replaces", name)
            )
            {
                Violations = violations,
            };
        }
    }

    /// <summary>Reads, once the round has run, what is to be replaced; locked, in the order of refunds, it is read
    /// after whoever replaced it meanwhile.</summary>
    public static Func<IReadOnlyList<Replaceable>> Look(Round round, Tx tx, Guid[] refundIds, bool locked)
    {
        if (refundIds.Length == 0)
        {
            return () => [];
        }
        if (locked)
        {
            Lock(round, tx, refundIds);
        }
        return round.List<Replaceable>(
            """
            SELECT r.refund_id, r.state, r.payment_id, r.amount, x.refund_id AS replacement_id
            FROM unnest(@refundIds::uuid[]) AS u (refund_id)
            JOIN refund r ON r.client_id = @ClientId AND r.refund_id = u.refund_id
            LEFT JOIN refund x ON x.client_id = @ClientId AND x.replaces = u.refund_id
                AND x.state NOT IN ('Denied', 'Declined', 'Expired', 'Withdrawn', 'Failed')
            """,
            new { tx.ClientId, refundIds }
        );
    }

    /// <summary>Locks what a refund replaces, behind it and on the same condition.</summary>
    public static void LockReplacedBy(Round round, Tx tx, Guid refundId, bool unlessTaken) =>
        round.List<int>(
            """
            SELECT 1 FROM refund x
            WHERE x.client_id = @ClientId AND x.refund_id = (
                SELECT r.replaces FROM refund r WHERE r.client_id = @ClientId AND r.refund_id = @refundId
                    AND (NOT @unlessTaken OR pg_try_advisory_xact_lock(7224, hashtext(@refundId::text))))
            LIMIT 1 FOR UPDATE
            """,
            new
            {
                tx.ClientId,
                refundId,
                unlessTaken,
            }
        );

    // From the newest on: what replaces is younger than what it replaces.
    private static void Lock(Round round, Tx tx, Guid[] refundIds) =>
        round.List<int>(
            """
            SELECT c.is_locked FROM (
                SELECT * FROM unnest(@refundIds::uuid[]) AS u (refund_id) ORDER BY u.refund_id DESC) AS s
            CROSS JOIN LATERAL (
                SELECT 1 AS is_locked FROM refund x
                WHERE x.client_id = @ClientId AND x.refund_id = s.refund_id
                FOR UPDATE) AS c
            """,
            new { tx.ClientId, refundIds }
        );

    private static IEnumerable<Violation> Violations(Tx tx, RefundAsked asked, Replaceable returned)
    {
        if (returned.State != RefundState.Returned)
        {
            yield return new("refund.replaces", $"is {Text.Name(returned.State)} and not RETURNED");
        }
        if (returned.ReplacementId is { } other)
        {
            yield return new("refund.replaces", $"has another one in its place, {Name(tx, other)}");
        }
        if (returned.PaymentId != asked.PaymentId)
        {
            yield return new("refund.payment", "must be that of the refund to replace");
        }
        if (asked.Amount > returned.Amount)
        {
            yield return new("refund.amount", $"must be at most the {returned.Amount} that came back");
        }
    }

    private static string Name(Tx tx, Guid refundId) => new ResourceName(tx.ClientId, "refunds", refundId).ToString();
}
