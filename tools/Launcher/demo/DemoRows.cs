namespace Mobility.Launcher;

/// <summary>A ride that the player told of, by the operator's own id.</summary>
public sealed record RideBook
{
    internal const string Statement = """
        SELECT id AS ride_id, external_id FROM rides WHERE client_id = @Client AND external_id LIKE 'weekend-%'
        ORDER BY external_id
        """;

    public Guid RideId { get; init; }
    public string ExternalId { get; init; } = "";
}

/// <summary>A fault of the run, its vehicle, and when the last record of its ride went out.</summary>
public sealed record FaultBook
{
    internal const string Statement = """
        SELECT f.id AS fault_id, f.reporter_id, f.vehicle_id, f.state, f.grounding, v.state AS vehicle_state,
            f.create_time,
            (SELECT max(o.create_time) FROM outbox o
                WHERE o.subject = 'clients/' || f.client_id || '/rides/' || f.ride_id) AS record_time
        FROM faults f LEFT JOIN vehicles v ON v.client_id = f.client_id AND v.id = f.vehicle_id
        WHERE f.client_id = @Client AND f.create_time >= @Begin
        """;

    public Guid FaultId { get; init; }
    public Guid? ReporterId { get; init; }
    public Guid? VehicleId { get; init; }
    public int State { get; init; }
    public int Grounding { get; init; }
    public int? VehicleState { get; init; }
    public DateTime CreateTime { get; init; }
    public DateTime? RecordTime { get; init; }
}

/// <summary>A payment; amounts in minor units.</summary>
public sealed record PaymentBook
{
    internal const string Statement = """
        SELECT payment_id, gateway_payment_key AS payment_key, amount, settled - external AS settled, held,
            create_time
        FROM payment ORDER BY client_id, payment_id
        """;

    public Guid PaymentId { get; init; }
    public string PaymentKey { get; init; } = "";
    public long Amount { get; init; }
    public long Settled { get; init; }
    public long Held { get; init; }
    public DateTime CreateTime { get; init; }
}

/// <summary>A refund; the amount in minor units.</summary>
public sealed record RefundBook
{
    internal const string Statement = """
        SELECT client_id, refund_id, payment_id, ride_id, customer_id, fault_id, case_id, requested_by, request_id,
            delegation_id, actor, action, state, amount, gateway_transaction_key AS transaction_key, create_time,
            settle_time,
            (SELECT max(a.dispatch_time) FROM refund_attempt a
                WHERE a.client_id = r.client_id AND a.refund_id = r.refund_id) AS dispatch_time,
            -- Of the rows that an admission writes these are never written again, so that xmin is its transaction.
            coalesce(
                (SELECT max(pg_xact_commit_timestamp(l.xmin)) FROM ledger_entry l
                    WHERE l.client_id = r.client_id AND l.refund_id = r.refund_id AND l.kind = 'HOLD'),
                (SELECT pg_xact_commit_timestamp(o.xmin) FROM once o
                    WHERE o.key = '/mobility.refunds.v1.RefundsService/CreateRefund|' || r.client_id || '|'
                        || r.requested_by || '|' || r.request_id)) AS admit_commit_time,
            (SELECT max(pg_xact_commit_timestamp(a.xmin)) FROM approval a
                WHERE a.client_id = r.client_id AND a.refund_id = r.refund_id) AS agree_commit_time,
            ARRAY(SELECT DISTINCT failed ->> 'code'
                FROM jsonb_array_elements(decision::jsonb -> 'failedConditions') AS failed
                WHERE failed ->> 'code' <> 'TIER_NEEDS_APPROVAL' ORDER BY 1) AS reasons,
            -- What waits for evidence holds nothing until it is decided again.
            coalesce(
                (SELECT e.decision::jsonb ->> 'outcome' FROM evidence_decision e
                    WHERE e.client_id = r.client_id AND e.refund_id = r.refund_id),
                r.decision::jsonb ->> 'outcome'
            ) IN ('DECISION_OUTCOME_ALLOWED', 'DECISION_OUTCOME_NEEDS_APPROVAL') AS was_held
        FROM refund r ORDER BY client_id, refund_id
        """;

    public string ClientId { get; init; } = "";
    public Guid RefundId { get; init; }
    public Guid? PaymentId { get; init; }
    public Guid? RideId { get; init; }
    public Guid? CustomerId { get; init; }
    public Guid? FaultId { get; init; }
    public Guid? CaseId { get; init; }
    public string RequestedBy { get; init; } = "";
    public Guid? RequestId { get; init; }
    public Guid? DelegationId { get; init; }
    public string Actor { get; init; } = "";
    public string Action { get; init; } = "";
    public string State { get; init; } = "";
    public long Amount { get; init; }
    public string TransactionKey { get; init; } = "";
    public DateTime CreateTime { get; init; }
    public DateTime? SettleTime { get; init; }
    public DateTime? DispatchTime { get; init; }

    /// <summary>When the database committed the admission; null when it knows no more.</summary>
    public DateTime? AdmitCommitTime { get; init; }

    /// <summary>When it committed the last agreement of a second person.</summary>
    public DateTime? AgreeCommitTime { get; init; }
    public string[] Reasons { get; init; } = [];

    /// <summary>The one key under which the gateway or the back office is asked, for life.</summary>
    public string Key => $"refund-{RefundId:D}";
    public bool IsSettled => State == "Settled";
    public bool IsBySystem => Actor == "System";

    /// <summary>Does it go through the payment gateway, not the operator's back office?</summary>
    public bool IsCancel => Action == "CardRefund";

    /// <summary>Does it hold its amount?</summary>
    public bool IsHolding =>
        State
            is "AwaitingApproval"
                or "Approved"
                or "Dispatching"
                or "PendingAtGateway"
                or "Unconfirmed"
                or "UnderReview";

    /// <summary>Is it between two states by itself?</summary>
    public bool IsUnderWay => State is "Approved" or "Dispatching" or "PendingAtGateway" or "Unconfirmed";

    /// <summary>Did a decision hold its amount?</summary>
    public bool WasHeld { get; init; }

    /// <summary>Was its amount held and let go?</summary>
    public bool IsReleased => WasHeld && State is ("Withdrawn" or "Failed" or "Declined" or "Expired");

    /// <summary>Was its amount ever held?</summary>
    public bool IsAdmitted => IsHolding || IsSettled || IsReleased;
}

/// <summary>A row of the double-entry ledger; the amount in minor units.</summary>
public sealed record LedgerBook
{
    internal const string Statement = """
        SELECT refund_id, kind, account, amount FROM ledger_entry ORDER BY client_id, refund_id, kind, account
        """;

    public Guid RefundId { get; init; }
    public string Kind { get; init; } = "";
    public string Account { get; init; } = "";
    public long Amount { get; init; }
}

/// <summary>A grant and when it was stopped.</summary>
public sealed record DelegationBook
{
    internal const string Statement = """
        SELECT delegation_id, state, create_time, revoke_time,
            CASE WHEN state = 'Revoked' THEN pg_xact_commit_timestamp(xmin) END AS stop_commit_time
        FROM delegation
        WHERE client_id = @Client AND create_time >= @Begin ORDER BY create_time, delegation_id
        """;

    public Guid DelegationId { get; init; }
    public string State { get; init; } = "";
    public DateTime CreateTime { get; init; }
    public DateTime? RevokeTime { get; init; }

    /// <summary>When the database committed the stop, the last that was written to the row.</summary>
    public DateTime? StopCommitTime { get; init; }
}

/// <summary>A complaint of the run.</summary>
public sealed record ComplaintBook
{
    internal const string Statement = """
        SELECT id AS complaint_id, latitude, longitude, state, episode_id, removal_id FROM complaints
        WHERE client_id = @Client AND create_time >= @Begin
        """;

    public Guid ComplaintId { get; init; }
    public double Latitude { get; init; }
    public double Longitude { get; init; }
    public int State { get; init; }
    public Guid EpisodeId { get; init; }
    public Guid? RemovalId { get; init; }
}
