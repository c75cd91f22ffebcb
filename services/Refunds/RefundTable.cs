using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>What is read of refunds.</summary>
public static class RefundTable
{
    public static async Task<RefundRow?> Get(Tx tx, Guid refundId) =>
        await WithPersons(
            tx,
            await tx.One<Stored>(
                """
                SELECT refund_id, payment_id, ride_id, customer_id, vehicle_id, fault_id, complaint_id, case_id, action,
                    reason, amount, note, requested_by, request_id, replaces, actor, state, delegation_id, epoch,
                    decision, debits, signed_request, request_hash, awaited_role,
                    expire_time, declined_by, decline_note, withdrawn_by, replaced_by, gateway_code,
                    gateway_transaction_key, attempt_count, probe_count, next_time, settle_time, vat_amount,
                    create_time, update_time, revision
                FROM refund WHERE client_id = @ClientId AND refund_id = @refundId
                """,
                new { tx.ClientId, refundId }
            )
        );

    /// <summary>What that person asked for under that id, however long ago.</summary>
    public static async Task<RefundRow?> OfRequest(Tx tx, string requestedBy, Guid requestId) =>
        await tx.One<Guid?>(
            """
            SELECT refund_id FROM refund
            WHERE client_id = @ClientId AND requested_by = @requestedBy AND request_id = @requestId
            """,
            new
            {
                tx.ClientId,
                requestedBy,
                requestId,
            }
        )
            is { } refundId
            ? await Get(tx, refundId)
            : null;

    /// <summary>Which ids of requests their people have used, however long ago.</summary>
    public static Func<IReadOnlyList<Guid>> Asked(Round round, Tx tx, IReadOnlyCollection<AdmissionAsk> asks) =>
        round.List<Guid>(
            """
            SELECT r.request_id FROM unnest(@People::text[], @Requests::uuid[]) AS a (person, request_id)
            CROSS JOIN LATERAL (
                SELECT x.request_id FROM refund x
                WHERE x.client_id = @ClientId AND x.requested_by = a.person AND x.request_id = a.request_id
                LIMIT 1) AS r
            """,
            new
            {
                tx.ClientId,
                People = asks.Select(ask => ask.Caller!.Subject).ToArray(),
                Requests = asks.Select(ask => ask.Asked.RequestId).ToArray(),
            }
        );

    /// <summary>The row under lock, and the row that it replaces, which its settling closes; in one wait.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="refundId">The refund.</param>
    /// <param name="unlessTaken">For the job, of which each process has one: null, at once, when another one looks at
    /// it.</param>
    public static async Task<RefundRow?> Locked(Tx tx, Guid refundId, bool unlessTaken = false)
    {
        var round = tx.NewRound();
        var stored = round.One<Stored>(
            """
            SELECT refund_id, payment_id, ride_id, customer_id, vehicle_id, fault_id, complaint_id, case_id, action,
                reason, amount, note, requested_by, request_id, replaces, actor, state, delegation_id, epoch,
                decision, debits, signed_request, request_hash, awaited_role,
                expire_time, declined_by, decline_note, withdrawn_by, replaced_by, gateway_code,
                gateway_transaction_key, attempt_count, probe_count, next_time, settle_time, vat_amount,
                create_time, update_time, revision
            FROM refund WHERE client_id = @ClientId AND refund_id = @refundId
                AND (NOT @unlessTaken OR pg_try_advisory_xact_lock(7224, hashtext(@refundId::text)))
            FOR UPDATE
            """,
            new
            {
                tx.ClientId,
                refundId,
                unlessTaken,
            }
        );
        Replacement.LockReplacedBy(round, tx, refundId, unlessTaken);
        var persons = Persons.Of(round, tx, [refundId]);
        await round.Run();
        return stored() is { } row ? persons.With(row.ToRow(tx)) : null;
    }

    /// <summary>Newest first, after the row that the page before ended with.</summary>
    public static async Task<IReadOnlyList<RefundRow>> Page(Tx tx, RefundFilter filter) =>
        await WithPersons(
            tx,
            await tx.List<Stored>(
                """
                SELECT refund_id, payment_id, ride_id, customer_id, vehicle_id, fault_id, complaint_id, case_id, action,
                    reason, amount, note, requested_by, request_id, replaces, actor, state, delegation_id, epoch,
                    decision, debits, signed_request, request_hash, awaited_role,
                    expire_time, declined_by, decline_note, withdrawn_by, replaced_by, gateway_code,
                    gateway_transaction_key, attempt_count, probe_count, next_time, settle_time, vat_amount,
                    create_time, update_time, revision
                FROM refund WHERE client_id = @ClientId
                    AND (@State::text IS NULL OR state = @State)
                    AND (@PaymentId::uuid IS NULL OR payment_id = @PaymentId)
                    AND (@RideId::uuid IS NULL OR ride_id = @RideId)
                    AND (@CustomerId::uuid IS NULL OR customer_id = @CustomerId)
                    AND (@AfterTime::timestamptz IS NULL OR (create_time, refund_id) < (@AfterTime, @AfterId::uuid))
                ORDER BY create_time DESC, refund_id DESC LIMIT @Limit
                """,
                new
                {
                    tx.ClientId,
                    filter.State,
                    filter.PaymentId,
                    filter.RideId,
                    filter.CustomerId,
                    filter.AfterTime,
                    filter.AfterId,
                    filter.Limit,
                }
            )
        );

    private static async Task<RefundRow?> WithPersons(Tx tx, Stored? stored) =>
        stored is null ? null : (await WithPersons(tx, [stored]))[0];

    private static async Task<IReadOnlyList<RefundRow>> WithPersons(Tx tx, IReadOnlyList<Stored> stored)
    {
        var round = tx.NewRound();
        var persons = Persons.Of(round, tx, [.. stored.Select(row => row.RefundId)]);
        await round.Run();
        return [.. stored.Select(row => persons.With(row.ToRow(tx)))];
    }

    /// <summary>What stands beside the rows, once the round has run.</summary>
    private sealed record Persons(
        Func<ILookup<Guid, ApprovalRow>> Approvals,
        Func<IReadOnlyDictionary<Guid, V1.Decision>> Evidence,
        Func<ILookup<Guid, ResolutionRow>> Resolutions
    )
    {
        public static Persons Of(Round round, Tx tx, Guid[] refundIds) =>
            new(
                ApprovalTable.Of(round, tx, refundIds),
                LateEvidence.Of(round, tx, refundIds),
                ResolutionTable.Of(round, tx, refundIds)
            );

        public RefundRow With(RefundRow row) =>
            row with
            {
                EvidenceDecision = Evidence().GetValueOrDefault(row.Refund.RefundId),
                Approvals = [.. Approvals()[row.Refund.RefundId]],
                Resolutions = [.. Resolutions()[row.Refund.RefundId]],
            };
    }

    private sealed record Stored
    {
        public Guid RefundId { get; init; }
        public Guid? PaymentId { get; init; }
        public Guid? RideId { get; init; }
        public Guid? CustomerId { get; init; }
        public Guid? VehicleId { get; init; }
        public Guid? FaultId { get; init; }
        public Guid? ComplaintId { get; init; }
        public Guid? CaseId { get; init; }
        public RefundAction Action { get; init; }
        public string Reason { get; init; } = "";
        public long Amount { get; init; }
        public string Note { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public Guid? RequestId { get; init; }
        public Guid? Replaces { get; init; }
        public Actor Actor { get; init; }
        public RefundState State { get; init; }
        public Guid? DelegationId { get; init; }
        public long Epoch { get; init; }
        public string Decision { get; init; } = "";
        public string Debits { get; init; } = "";
        public string SignedRequest { get; init; } = "";
        public string RequestHash { get; init; } = "";
        public string AwaitedRole { get; init; } = "";
        public DateTimeOffset? ExpireTime { get; init; }
        public string DeclinedBy { get; init; } = "";
        public string DeclineNote { get; init; } = "";
        public string WithdrawnBy { get; init; } = "";
        public Guid? ReplacedBy { get; init; }
        public string GatewayCode { get; init; } = "";
        public string GatewayTransactionKey { get; init; } = "";
        public int AttemptCount { get; init; }
        public int ProbeCount { get; init; }
        public DateTimeOffset? NextTime { get; init; }
        public DateTimeOffset? SettleTime { get; init; }
        public long? VatAmount { get; init; }
        public DateTimeOffset CreateTime { get; init; }
        public DateTimeOffset UpdateTime { get; init; }
        public long Revision { get; init; }

        public RefundRow ToRow(Tx tx) =>
            new()
            {
                Refund = new Refund
                {
                    ClientId = tx.ClientId,
                    RefundId = RefundId,
                    PaymentId = PaymentId,
                    Amount = Amount,
                    DelegationId = DelegationId,
                    Epoch = Epoch,
                    Debits = BudgetSlot.FromJson(Debits),
                    State = State,
                    Revision = Revision,
                    UpdateTime = UpdateTime,
                    AttemptCount = AttemptCount,
                    ProbeCount = ProbeCount,
                    NextTime = NextTime,
                    GatewayCode = GatewayCode,
                    GatewayTransactionKey = GatewayTransactionKey,
                    SettleTime = SettleTime,
                    VatAmount = VatAmount,
                    AwaitedRole =
                        AwaitedRole.Length == 0 ? MemberRole.Unspecified : Enum.Parse<MemberRole>(AwaitedRole),
                    ExpireTime = ExpireTime,
                    DeclinedBy = DeclinedBy,
                    DeclineNote = DeclineNote,
                    WithdrawnBy = WithdrawnBy,
                    ReplacedBy = ReplacedBy,
                },
                RideId = RideId,
                CustomerId = CustomerId,
                VehicleId = VehicleId,
                FaultId = FaultId,
                ComplaintId = ComplaintId,
                CaseId = CaseId,
                Action = Action,
                Reason = Reason,
                Note = Note,
                RequestedBy = RequestedBy,
                RequestId = RequestId,
                Replaces = Replaces,
                Actor = Actor,
                Currency = tx.Clients.Find(tx.ClientId)!.Currency,
                Decision = JsonParser.Default.Parse<V1.Decision>(Decision),
                SignedRequest = SignedRequest,
                RequestHash = RequestHash,
                CreateTime = CreateTime,
                ReadTime = tx.Now,
                Zone = tx.Clients.Find(tx.ClientId)!.Zone,
            };
    }
}

/// <summary>Which refunds to list; null means any.</summary>
public sealed record RefundFilter(
    string? State,
    Guid? PaymentId,
    Guid? RideId,
    Guid? CustomerId,
    DateTimeOffset? AfterTime,
    Guid? AfterId,
    int Limit
);
