using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>One person's agreement to a refund, and what was decided anew when it came.</summary>
public sealed record ApprovalRow(
    string Person,
    MemberRole Role,
    string RequestHash,
    V1.Decision Decision,
    DateTimeOffset CreateTime
);

/// <summary>Who agreed to refunds; rows are added and never changed.</summary>
public static class ApprovalTable
{
    /// <summary>The approvals of each refund, in order, once the round has run.</summary>
    public static Func<ILookup<Guid, ApprovalRow>> Of(Round round, Tx tx, Guid[] refundIds)
    {
        var rows = round.List<Stored>(
            """
            SELECT a.refund_id, a.person, a.role, a.request_hash, a.decision, a.create_time
            FROM approval a JOIN unnest(@refundIds::uuid[]) AS r (refund_id) ON r.refund_id = a.refund_id
            WHERE a.client_id = @ClientId ORDER BY a.refund_id, a.step
            """,
            new { tx.ClientId, refundIds }
        );
        return () =>
            rows()
                .ToLookup(
                    row => row.RefundId,
                    row => new ApprovalRow(
                        row.Person,
                        row.Role,
                        row.RequestHash,
                        JsonParser.Default.Parse<V1.Decision>(row.Decision),
                        row.CreateTime
                    )
                );
    }

    public static Task<int> Insert(Tx tx, RefundRow row, ApprovalRow approval, string note, RefundFacts facts) =>
        tx.Execute(
            """
            INSERT INTO approval
                (client_id, refund_id, step, person, role, request_hash, note, decision, facts, create_time)
            VALUES (@ClientId, @RefundId, @Step, @Person, @Role, @RequestHash, @note, @Decision, @Facts,
                @CreateTime)
            """,
            new
            {
                tx.ClientId,
                row.Refund.RefundId,
                Step = row.NextStep,
                approval.Person,
                Role = approval.Role.ToString(),
                approval.RequestHash,
                note,
                Decision = JsonFormatter.Default.Format(approval.Decision),
                Facts = facts.ToJson(),
                approval.CreateTime,
            }
        );

    private sealed record Stored
    {
        public required Guid RefundId { get; init; }
        public required string Person { get; init; }
        public required MemberRole Role { get; init; }
        public required string RequestHash { get; init; }
        public required string Decision { get; init; }
        public required DateTimeOffset CreateTime { get; init; }
    }
}
