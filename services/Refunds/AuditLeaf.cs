using System.Collections.Immutable;
using System.Text.Json;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>
/// What is provable of one decision afterwards, appended in its own commit, a denial too: names and hashes, no person.
/// Number counts the decisions of a delegation from 1 in the order of their commits, without a hole; null where no
/// delegation decided. Step is 0 for what was decided when it was asked for; what is decided
/// when evidence comes and at each approval counts on.
/// </summary>
public sealed record AuditLeaf(
    string Refund,
    int Step,
    string Request,
    string Facts,
    string Policy,
    long Epoch,
    string Outcome,
    string Clause,
    DateTimeOffset Time
)
{
    private static readonly JsonSerializerOptions Canonical = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The leaf of the decision on a request; the text is that of the facts.</summary>
    public static AuditLeaf Of(RefundRow row, RefundFacts facts, string text) =>
        Of(row, 0, row.RequestHash, row.Decision, facts, text);

    /// <summary>The leaf of a decision at an approval, of what was signed with it.</summary>
    public static AuditLeaf Of(RefundRow row, ApprovalRow approval, RefundFacts facts) =>
        Of(row, row.NextStep, approval.RequestHash, approval.Decision, facts, facts.ToJson());

    /// <summary>The leaf of the decision when its evidence came, on what is signed from then on.</summary>
    public static AuditLeaf Of(RefundRow row, V1.Decision decision, RefundFacts facts) =>
        Of(row, 1, row.RequestHash, decision, facts, facts.ToJson());

    private static AuditLeaf Of(
        RefundRow row,
        int step,
        string request,
        V1.Decision decision,
        RefundFacts facts,
        string text
    ) =>
        new(
            row.Refund.RefundId.ToString(),
            step,
            request,
            SignedRequest.Hash(text),
            decision.PolicyHash,
            decision.Epoch,
            decision.Outcome.ToString(),
            decision.Clause,
            facts.Now
        );

    /// <summary>Its canonical form, JSON with the fields in this order, of which the hash is made.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Canonical);

    /// <summary>Appends leaves with the commit; under the delegation's lock, so numbers follow commits.</summary>
    public static void Append(Tx tx, DelegationRow? delegation, ImmutableArray<AuditLeaf> leaves)
    {
        var delegationId = delegation?.DelegationId;
        var texts = leaves.Select(leaf => leaf.ToJson()).ToArray();
        tx.Last.Execute(
            """
            WITH counted AS (
                UPDATE delegation SET decision_count = decision_count + @Count
                WHERE client_id = @ClientId AND delegation_id = @delegationId::uuid
                RETURNING decision_count - @Count AS before)
            INSERT INTO audit_leaf (client_id, refund_id, step, delegation_id, number, leaf, leaf_hash, create_time)
            SELECT @ClientId, l.refund_id, l.step, @delegationId::uuid, c.before + l.n, l.leaf, l.leaf_hash, @Now
            FROM unnest(@Refunds::uuid[], @Steps::int[], @Leaves::text[], @Hashes::text[])
                WITH ORDINALITY AS l (refund_id, step, leaf, leaf_hash, n)
            LEFT JOIN counted c ON true
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                delegationId,
                Count = leaves.Length,
                Refunds = leaves.Select(leaf => Guid.Parse(leaf.Refund)).ToArray(),
                Steps = leaves.Select(leaf => leaf.Step).ToArray(),
                Leaves = texts,
                Hashes = texts.Select(SignedRequest.Hash).ToArray(),
            }
        );
    }
}
