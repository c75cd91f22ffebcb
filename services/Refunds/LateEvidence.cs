using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// A refund that lacks nothing but evidence is decided again when evidence comes: as the same requester, as he or she
/// stands now, under the policy now in force, by the one decision and under its locks. Nothing was held meanwhile.
/// </summary>
public static class LateEvidence
{
    /// <summary>Has those looked at that wait for what is known of the ride; nothing else may be locked yet.</summary>
    public static async Task Came(Tx tx, Guid rideId)
    {
        var waiting = await tx.Execute(
            """
            UPDATE refund SET next_time = @Now
            WHERE client_id = @ClientId AND ride_id = @rideId AND state = 'AwaitingEvidence'
            """,
            new
            {
                tx.ClientId,
                rideId,
                tx.Now,
            }
        );
        if (waiting > 0)
        {
            tx.Wake(SettleRefunds.Job);
        }
    }

    /// <summary>How many refunds of each payment wait, once the round has run; to be asked behind the payments' locks
    /// by who may add one. A payment of which none waits is missing.</summary>
    public static Func<Dictionary<Guid, long>> Waiting(Round round, Tx tx, Guid[] paymentIds)
    {
        var rows = round.List<Waiters>(
            """
            SELECT p.payment_id, w.count FROM unnest(@paymentIds::uuid[]) AS p (payment_id)
            CROSS JOIN LATERAL (
                SELECT count(*) AS count FROM refund r
                WHERE r.client_id = @ClientId AND r.payment_id = p.payment_id AND r.state = 'AwaitingEvidence') AS w
            WHERE w.count > 0
            """,
            new { tx.ClientId, paymentIds }
        );
        return () => rows().ToDictionary(row => row.PaymentId, row => row.Count);
    }

    /// <summary>The same of one payment, as it looks now.</summary>
    public static async Task<long> Waiting(Tx tx, Guid paymentId)
    {
        var round = tx.NewRound();
        var rows = Waiting(round, tx, [paymentId]);
        await round.Run();
        return rows().GetValueOrDefault(paymentId);
    }

    /// <summary>What ends the wait of a refund for people or evidence: a stop of its delegation, or its time; null when
    /// neither did. What was stopped stays so, so the delegation needs no lock for it.</summary>
    public static Refund? EndOfWait(Tx tx, Refund refund, DelegationRow? delegation) =>
        delegation is not { State: DelegationState.Active } || delegation.Epoch != refund.Epoch
            ? refund.Withdraw(tx.Now)
        : refund.ExpireTime <= tx.Now ? refund.Expire(tx.Now)
        : null;

    /// <summary>Decides one that is due again. False when it waits on, for which nothing is written but when it is
    /// looked at next.</summary>
    public static async Task<bool> Decide(Tx tx, Guid refundId)
    {
        await HostClock.Check(tx);
        // Who asked is locked before the refund, as everywhere, and never changes.
        var requester = await RefundRequest.RequesterNow(tx, (await RefundTable.Get(tx, refundId))!);
        var row = (await RefundTable.Locked(tx, refundId))!;
        var refund = row.Refund;
        if (refund.State != RefundState.AwaitingEvidence)
        {
            return true;
        }
        var holder = (await DelegationTable.Locked(tx, refund.DelegationId!.Value))!;
        if (EndOfWait(tx, refund, holder) is { } ended)
        {
            await RefundWrites.Step(tx, row, ended);
            return true;
        }
        // A delegation that merely ran out may have a successor.
        var present = await DelegationTable.OfVendor(tx, holder.Vendor) ?? holder.DelegationId;
        var asked = RefundAsked.Of(row);
        var weighed = await Weighing.Weigh(tx, asked, requester, present, locked: true, StandingHold.Nothing);
        if (weighed.Decision.NeedsEvidence)
        {
            RefundWrites.Update(tx, refund.WaitOn(tx.Now));
            return false;
        }
        await Follow(tx, row, weighed);
        return true;
    }

    private static async Task Follow(Tx tx, RefundRow row, Weighed weighed)
    {
        var (decision, wire) = (weighed.Decision, DecisionWire.Of(weighed));
        var decided = row with
        {
            Refund = row.Refund with
            {
                DelegationId = weighed.Delegation!.DelegationId,
                Epoch = weighed.Delegation.Epoch,
                Debits = decision.Debits,
            },
            // The ride may not have been known when it was asked for.
            CustomerId = weighed.Target.CustomerId,
            VehicleId = weighed.Target.VehicleId,
            EvidenceDecision = wire,
        };
        var signed = SignedRequest.Of(decided, weighed).ToJson();
        decided = decided with { SignedRequest = signed, RequestHash = SignedRequest.Hash(signed) };
        await Insert(tx, row, decided, weighed.Facts);
        AuditLeaf.Append(tx, weighed.Delegation, [AuditLeaf.Of(decided, wire, weighed.Facts)]);
        var refund = decided.Refund;
        await RefundWrites.Step(
            tx,
            decided,
            decision.Allowed ? refund.Approve(tx.Now)
                : decision.Admitted ? refund.Await(decision.Approvers[0], tx.Now)
                : refund.Deny(tx.Now)
        );
        tx.Wake(SettleRefunds.Job);
    }

    private static async Task Insert(Tx tx, RefundRow before, RefundRow decided, RefundFacts facts)
    {
        var args = new
        {
            tx.ClientId,
            tx.Now,
            decided.Refund.RefundId,
            decided.CustomerId,
            decided.VehicleId,
            decided.SignedRequest,
            decided.RequestHash,
            AskedHash = before.RequestHash,
            Decision = JsonFormatter.Default.Format(decided.EvidenceDecision),
            Facts = facts.ToJson(),
        };
        await tx.Execute(
            """
            INSERT INTO evidence_decision (client_id, refund_id, asked_hash, decision, facts, create_time)
            VALUES (@ClientId, @RefundId, @AskedHash, @Decision, @Facts, @Now)
            """,
            args
        );
        await tx.Execute(
            """
            UPDATE refund SET customer_id = @CustomerId, vehicle_id = @VehicleId, signed_request = @SignedRequest,
                request_hash = @RequestHash
            WHERE client_id = @ClientId AND refund_id = @RefundId
            """,
            args
        );
    }

    /// <summary>What was decided when its evidence came, once the round has run; of few refunds there is such a
    /// thing.</summary>
    public static Func<IReadOnlyDictionary<Guid, V1.Decision>> Of(Round round, Tx tx, Guid[] refundIds)
    {
        var rows = round.List<Stored>(
            """
            SELECT e.refund_id, e.decision
            FROM evidence_decision e JOIN unnest(@refundIds::uuid[]) AS r (refund_id) ON r.refund_id = e.refund_id
            WHERE e.client_id = @ClientId
            """,
            new { tx.ClientId, refundIds }
        );
        return () =>
            rows().ToDictionary(row => row.RefundId, row => JsonParser.Default.Parse<V1.Decision>(row.Decision));
    }

    private sealed record Waiters
    {
        public required Guid PaymentId { get; init; }
        public required long Count { get; init; }
    }

    private sealed record Stored
    {
        public required Guid RefundId { get; init; }
        public required string Decision { get; init; }
    }
}
