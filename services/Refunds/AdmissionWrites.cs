using System.Diagnostics;
using Google.Protobuf;
using Mobility.Platform.Data;

namespace Mobility.Refunds;

/// <summary>Writes what was decided, with the commit: refunds, what they hold, the ledger, a leaf for each.</summary>
internal static class AdmissionWrites
{
    /// <summary>Of many, what is counted goes first: PostgreSQL counts while the texts of the rest are made. What one
    /// alone writes goes in the one wait of its commit.</summary>
    public static async Task Write(Tx tx, DelegationRow? delegation, IReadOnlyList<DecidedAsk> decided)
    {
        tx.Passes(RefundPlaces.Admission);
        if (decided.Count > 1)
        {
            tx.Passes(RefundPlaces.AdmissionTogether);
        }
        var held = decided.Select(one => one.Row.Refund).Where(refund => RefundFlow.Holds(refund.State)).ToList();
        var counting = Count(tx, held);
        try
        {
            foreach (var one in decided)
            {
                Activity.Current = one.Trace ?? Activity.Current;
                RefundEvents.Publish(tx, one.Row);
            }
            var facts = decided.Select(one => one.Facts.ToJson()).ToArray();
            Insert(tx, [.. decided.Select(one => one.Row)], facts);
            var leaves = decided.Zip(facts, (one, text) => AuditLeaf.Of(one.Row, one.Facts, text));
            AuditLeaf.Append(tx, delegation, [.. leaves]);
        }
        finally
        {
            await counting;
        }
    }

    private static async Task Count(Tx tx, List<Refund> held)
    {
        if (held.Count > 0)
        {
            var round = held.Count > 1 ? tx.NewRound() : tx.Last;
            Hold(round, tx, held);
            Ledger.Hold(round, tx, [.. held.Where(refund => refund.PaymentId is not null)]);
            await (held.Count > 1 ? round.Run() : Task.CompletedTask);
        }
    }

    private static void Hold(Round round, Tx tx, List<Refund> held)
    {
        var slots =
            from refund in held
            from slot in refund.Debits
            group refund.Amount by slot into sums
            select (sums.Key, sums.Sum(), sums.LongCount());
        if (held[0].DelegationId is { } delegationId)
        {
            BudgetTable.Hold(round, tx, delegationId, [.. slots]);
        }
        var payments =
            from refund in held
            where refund.PaymentId is not null
            group refund.Amount by refund.PaymentId!.Value into sums
            select (sums.Key, sums.Sum(), sums.LongCount());
        PaymentTable.Hold(round, tx, [.. payments]);
    }

    private static void Insert(Tx tx, List<RefundRow> rows, string[] facts) =>
        tx.Last.Execute(
            """
            INSERT INTO refund (client_id, refund_id, payment_id, ride_id, customer_id, vehicle_id, fault_id,
                complaint_id, case_id, action, reason, amount, note, requested_by, request_id, replaces, actor,
                state, delegation_id, epoch, decision, facts, due_time, debits, signed_request, request_hash,
                awaited_role, expire_time, next_time, create_time, update_time, revision)
            SELECT @ClientId, r.refund_id, r.payment_id, r.ride_id, r.customer_id, r.vehicle_id, r.fault_id,
                r.complaint_id, r.case_id, r.action, r.reason, r.amount, r.note, r.requested_by, r.request_id,
                r.replaces, r.actor, r.state, r.delegation_id, r.epoch, r.decision, r.facts, r.due_time, r.debits,
                r.signed_request, r.request_hash, r.awaited_role, r.expire_time, r.next_time, @Now, @Now, 1
            FROM unnest(@RefundIds::uuid[], @PaymentIds::uuid[], @RideIds::uuid[], @CustomerIds::uuid[],
                    @VehicleIds::uuid[], @FaultIds::uuid[], @ComplaintIds::uuid[], @CaseIds::uuid[], @Actions::text[],
                    @Reasons::text[], @Amounts::bigint[], @Notes::text[], @Requesters::text[], @RequestIds::uuid[],
                    @Replaced::uuid[], @Actors::text[], @States::text[], @DelegationIds::uuid[], @Epochs::bigint[],
                    @Decisions::text[], @facts::text[], @DueTimes::timestamptz[], @Debits::text[], @Signed::text[],
                    @Hashes::text[], @Roles::text[], @ExpireTimes::timestamptz[], @NextTimes::timestamptz[])
                AS r (refund_id, payment_id, ride_id, customer_id, vehicle_id, fault_id, complaint_id, case_id, action,
                    reason, amount, note, requested_by, request_id, replaces, actor, state, delegation_id, epoch,
                    decision, facts, due_time, debits, signed_request, request_hash, awaited_role, expire_time,
                    next_time)
            """,
            new
            {
                tx.ClientId,
                tx.Now,
                RefundIds = rows.Select(row => row.Refund.RefundId).ToArray(),
                PaymentIds = rows.Select(row => row.Refund.PaymentId).ToArray(),
                RideIds = rows.Select(row => row.RideId).ToArray(),
                CustomerIds = rows.Select(row => row.CustomerId).ToArray(),
                VehicleIds = rows.Select(row => row.VehicleId).ToArray(),
                FaultIds = rows.Select(row => row.FaultId).ToArray(),
                ComplaintIds = rows.Select(row => row.ComplaintId).ToArray(),
                CaseIds = rows.Select(row => row.CaseId).ToArray(),
                Actions = rows.Select(row => row.Action.ToString()).ToArray(),
                Reasons = rows.Select(row => row.Reason).ToArray(),
                Amounts = rows.Select(row => row.Refund.Amount).ToArray(),
                Notes = rows.Select(row => row.Note).ToArray(),
                Requesters = rows.Select(row => row.RequestedBy).ToArray(),
                RequestIds = rows.Select(row => row.RequestId).ToArray(),
                Replaced = rows.Select(row => row.Replaces).ToArray(),
                Actors = rows.Select(row => row.Actor.ToString()).ToArray(),
                States = rows.Select(row => row.Refund.State.ToString()).ToArray(),
                DelegationIds = rows.Select(row => row.Refund.DelegationId).ToArray(),
                Epochs = rows.Select(row => row.Refund.Epoch).ToArray(),
                Decisions = rows.Select(row => JsonFormatter.Default.Format(row.Decision)).ToArray(),
                facts,
                DueTimes = rows.Select(row => row.Decision.DueTime?.ToDateTimeOffset()).ToArray(),
                Debits = rows.Select(row => BudgetSlot.ToJson(row.Refund.Debits)).ToArray(),
                Signed = rows.Select(row => row.SignedRequest).ToArray(),
                Hashes = rows.Select(row => row.RequestHash).ToArray(),
                Roles = rows.Select(row => RefundWrites.NameOf(row.Refund.AwaitedRole)).ToArray(),
                ExpireTimes = rows.Select(row => row.Refund.ExpireTime).ToArray(),
                NextTimes = rows.Select(row => row.Refund.NextTime).ToArray(),
            }
        );
}
