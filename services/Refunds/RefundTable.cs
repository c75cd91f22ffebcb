using System.Collections.Immutable;
using System.Text.Json;
using Google.Protobuf;
using Mobility.Platform.Data;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>A refund with what is said of it once and never changes.</summary>
public sealed record RefundRow
{
    public required Refund Refund { get; init; }
    public required Guid RideId { get; init; }
    public required Guid CustomerId { get; init; }
    public required Guid? FaultId { get; init; }
    public required RefundAction Action { get; init; }
    public required string Reason { get; init; }
    public required string Note { get; init; }
    public required string RequestedBy { get; init; }
    public required Guid? RequestId { get; init; }
    public required Actor Actor { get; init; }
    public required string Currency { get; init; }
    public required V1.Decision Decision { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
}

public static class RefundTable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static Task<int> Insert(Tx tx, RefundRow row, RefundFacts facts) =>
        tx.Execute(
            """
            INSERT INTO refund (client_id, refund_id, payment_id, ride_id, customer_id, fault_id, action, reason,
                amount, note, requested_by, request_id, actor, state, delegation_id, epoch, decision, facts, debits,
                next_time, create_time, update_time, revision)
            VALUES (@ClientId, @RefundId, @PaymentId, @RideId, @CustomerId, @FaultId, @Action, @Reason, @Amount,
                @Note, @RequestedBy, @RequestId, @Actor, @State, @DelegationId, @Epoch, @Decision::jsonb, @Facts::jsonb,
                @Debits::jsonb, @NextTime, @CreateTime, @UpdateTime, @Revision)
            """,
            new
            {
                tx.ClientId,
                row.Refund.RefundId,
                row.Refund.PaymentId,
                row.RideId,
                row.CustomerId,
                row.FaultId,
                Action = row.Action.ToString(),
                row.Reason,
                row.Refund.Amount,
                row.Note,
                row.RequestedBy,
                row.RequestId,
                Actor = row.Actor.ToString(),
                State = row.Refund.State.ToString(),
                row.Refund.DelegationId,
                row.Refund.Epoch,
                Decision = JsonFormatter.Default.Format(row.Decision),
                Facts = facts.ToJson(),
                Debits = JsonSerializer.Serialize(row.Refund.Debits, Json),
                row.Refund.NextTime,
                row.CreateTime,
                row.Refund.UpdateTime,
                row.Refund.Revision,
            }
        );

    public static async Task<RefundRow?> Get(Tx tx, Guid refundId) =>
        (
            await tx.One<Stored>(
                """
                SELECT refund_id, payment_id, ride_id, customer_id, fault_id, action, reason, amount, note,
                    requested_by, request_id, actor, state, delegation_id, epoch, decision::text AS decision,
                    debits::text AS debits, gateway_code, gateway_transaction_key, attempt_count, probe_count,
                    next_time, settle_time, create_time, update_time, revision
                FROM refund WHERE client_id = @ClientId AND refund_id = @refundId
                """,
                new { tx.ClientId, refundId }
            )
        )?.ToRow(tx);

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

    /// <summary>The row under lock.</summary>
    public static async Task<RefundRow?> Locked(Tx tx, Guid refundId) =>
        (
            await tx.One<Stored>(
                """
                SELECT refund_id, payment_id, ride_id, customer_id, fault_id, action, reason, amount, note,
                    requested_by, request_id, actor, state, delegation_id, epoch, decision::text AS decision,
                    debits::text AS debits, gateway_code, gateway_transaction_key, attempt_count, probe_count,
                    next_time, settle_time, create_time, update_time, revision
                FROM refund WHERE client_id = @ClientId AND refund_id = @refundId FOR UPDATE
                """,
                new { tx.ClientId, refundId }
            )
        )?.ToRow(tx);

    /// <summary>Newest first, after the row that the page before ended with.</summary>
    public static async Task<IReadOnlyList<RefundRow>> Page(Tx tx, RefundFilter filter) =>
        [
            .. (
                await tx.List<Stored>(
                    """
                    SELECT refund_id, payment_id, ride_id, customer_id, fault_id, action, reason, amount, note,
                        requested_by, request_id, actor, state, delegation_id, epoch, decision::text AS decision,
                        debits::text AS debits, gateway_code, gateway_transaction_key, attempt_count, probe_count,
                        next_time, settle_time, create_time, update_time, revision
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
            ).Select(stored => stored.ToRow(tx)),
        ];

    /// <summary>Writes what a step changes.</summary>
    public static Task<int> Update(Tx tx, Refund refund) =>
        tx.Execute(
            """
            UPDATE refund SET state = @State, gateway_code = @GatewayCode,
                gateway_transaction_key = @GatewayTransactionKey, attempt_count = @AttemptCount,
                probe_count = @ProbeCount, next_time = @NextTime, settle_time = @SettleTime,
                update_time = @UpdateTime, revision = @Revision
            WHERE client_id = @ClientId AND refund_id = @RefundId
            """,
            new
            {
                tx.ClientId,
                refund.RefundId,
                State = refund.State.ToString(),
                refund.GatewayCode,
                refund.GatewayTransactionKey,
                refund.AttemptCount,
                refund.ProbeCount,
                refund.NextTime,
                refund.SettleTime,
                refund.UpdateTime,
                refund.Revision,
            }
        );

    private sealed record Stored
    {
        public Guid RefundId { get; init; }
        public Guid PaymentId { get; init; }
        public Guid RideId { get; init; }
        public Guid CustomerId { get; init; }
        public Guid? FaultId { get; init; }
        public RefundAction Action { get; init; }
        public string Reason { get; init; } = "";
        public long Amount { get; init; }
        public string Note { get; init; } = "";
        public string RequestedBy { get; init; } = "";
        public Guid? RequestId { get; init; }
        public Actor Actor { get; init; }
        public RefundState State { get; init; }
        public Guid? DelegationId { get; init; }
        public long Epoch { get; init; }
        public string Decision { get; init; } = "";
        public string Debits { get; init; } = "";
        public string GatewayCode { get; init; } = "";
        public string GatewayTransactionKey { get; init; } = "";
        public int AttemptCount { get; init; }
        public int ProbeCount { get; init; }
        public DateTimeOffset? NextTime { get; init; }
        public DateTimeOffset? SettleTime { get; init; }
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
                    Debits = JsonSerializer.Deserialize<ImmutableArray<BudgetSlot>>(Debits, Json),
                    State = State,
                    Revision = Revision,
                    UpdateTime = UpdateTime,
                    AttemptCount = AttemptCount,
                    ProbeCount = ProbeCount,
                    NextTime = NextTime,
                    GatewayCode = GatewayCode,
                    GatewayTransactionKey = GatewayTransactionKey,
                    SettleTime = SettleTime,
                },
                RideId = RideId,
                CustomerId = CustomerId,
                FaultId = FaultId,
                Action = Action,
                Reason = Reason,
                Note = Note,
                RequestedBy = RequestedBy,
                RequestId = RequestId,
                Actor = Actor,
                Currency = tx.Clients.Find(tx.ClientId)!.Currency,
                Decision = JsonParser.Default.Parse<V1.Decision>(Decision),
                CreateTime = CreateTime,
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
