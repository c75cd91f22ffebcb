using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What one person says became of a refund under review, and what shows it.</summary>
public sealed record ResolutionRow(
    string Person,
    MemberRole Role,
    ReviewOutcome Outcome,
    string GatewayTransactionKey,
    string Evidence,
    DateTimeOffset CreateTime
)
{
    /// <summary>Is it the same that the other one says? Each has looked alone, so what shows it may differ.</summary>
    public bool Says(ResolutionRow other) =>
        Outcome == other.Outcome
        && string.Equals(GatewayTransactionKey, other.GatewayTransactionKey, StringComparison.Ordinal);
}

/// <summary>What persons said of refunds under review; rows are added and never changed.</summary>
public static class ResolutionTable
{
    /// <summary>What was said of each refund, in order, once the round has run.</summary>
    public static Func<ILookup<Guid, ResolutionRow>> Of(Round round, Tx tx, Guid[] refundIds)
    {
        var rows = round.List<Stored>(
            """
            SELECT s.refund_id, s.person, s.role, s.outcome, s.gateway_transaction_key, s.evidence, s.create_time
            FROM resolution s JOIN unnest(@refundIds::uuid[]) AS r (refund_id) ON r.refund_id = s.refund_id
            WHERE s.client_id = @ClientId ORDER BY s.refund_id, s.step
            """,
            new { tx.ClientId, refundIds }
        );
        return () =>
            rows()
                .ToLookup(
                    row => row.RefundId,
                    row => new ResolutionRow(
                        row.Person,
                        row.Role,
                        row.Outcome,
                        row.GatewayTransactionKey,
                        row.Evidence,
                        row.CreateTime
                    )
                );
    }

    public static Task<int> Insert(Tx tx, RefundRow row, ResolutionRow said) =>
        tx.Execute(
            """
            INSERT INTO resolution
                (client_id, refund_id, step, person, role, outcome, gateway_transaction_key, evidence, create_time)
            VALUES (@ClientId, @RefundId, @Step, @Person, @Role, @Outcome, @GatewayTransactionKey, @Evidence,
                @CreateTime)
            """,
            new
            {
                tx.ClientId,
                row.Refund.RefundId,
                Step = row.Resolutions.Length + 1,
                said.Person,
                Role = said.Role.ToString(),
                Outcome = said.Outcome.ToString(),
                said.GatewayTransactionKey,
                said.Evidence,
                said.CreateTime,
            }
        );

    private sealed record Stored
    {
        public required Guid RefundId { get; init; }
        public required string Person { get; init; }
        public required MemberRole Role { get; init; }
        public required ReviewOutcome Outcome { get; init; }
        public required string GatewayTransactionKey { get; init; }
        public required string Evidence { get; init; }
        public required DateTimeOffset CreateTime { get; init; }
    }
}
