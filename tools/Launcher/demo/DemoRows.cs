namespace Mobility.Launcher;

/// <summary>A fault of the run, its vehicle, and when the last record of its ride went out.</summary>
public sealed record FaultBook
{
    internal const string Statement = """
        SELECT f.id AS fault_id, f.state, f.grounding, f.grounding_reason, v.state AS vehicle_state, f.create_time,
            (SELECT max(o.create_time) FROM outbox o
                WHERE o.subject = 'clients/' || f.client_id || '/rides/' || f.ride_id) AS record_time
        FROM faults f LEFT JOIN vehicles v ON v.client_id = f.client_id AND v.id = f.vehicle_id
        WHERE f.client_id = @Client AND f.id = ANY(@faultIds)
        """;

    public Guid FaultId { get; init; }
    public int State { get; init; }
    public int Grounding { get; init; }
    public string GroundingReason { get; init; } = "";
    public int? VehicleState { get; init; }
    public DateTime CreateTime { get; init; }
    public DateTime? RecordTime { get; init; }
}

/// <summary>A payment; amounts in minor units.</summary>
public sealed record PaymentBook
{
    internal const string Statement = """
        SELECT payment_id, gateway_payment_key AS payment_key, amount, settled, held, create_time
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
        SELECT refund_id, payment_id, state, amount, gateway_transaction_key AS transaction_key, create_time,
            settle_time,
            ARRAY(SELECT DISTINCT failed ->> 'code' FROM jsonb_array_elements(decision -> 'failedConditions') AS failed
                ORDER BY 1) AS reasons
        FROM refund ORDER BY client_id, refund_id
        """;

    public Guid RefundId { get; init; }
    public Guid PaymentId { get; init; }
    public string State { get; init; } = "";
    public long Amount { get; init; }
    public string TransactionKey { get; init; } = "";
    public DateTime CreateTime { get; init; }
    public DateTime? SettleTime { get; init; }
    public string[] Reasons { get; init; } = [];

    /// <summary>The one key under which the gateway is asked, for life.</summary>
    public string GatewayKey => $"refund-{RefundId:D}";
    public bool IsSettled => State == "Settled";

    /// <summary>Does it hold its amount?</summary>
    public bool IsHolding =>
        State
            is "AwaitingApproval"
                or "Approved"
                or "Dispatching"
                or "PendingAtGateway"
                or "Unconfirmed"
                or "UnderReview";

    /// <summary>Was its amount held and let go?</summary>
    public bool IsReleased => State is "Withdrawn" or "Failed" or "Declined" or "Expired";
}

/// <summary>A row of the double-entry ledger; the amount in minor units.</summary>
public sealed record LedgerBook
{
    internal const string Statement = """
        SELECT refund_id, payment_id, kind, account, amount FROM ledger_entry
        ORDER BY client_id, refund_id, kind, account
        """;

    public Guid RefundId { get; init; }
    public Guid PaymentId { get; init; }
    public string Kind { get; init; } = "";
    public string Account { get; init; } = "";
    public long Amount { get; init; }
}

/// <summary>A budget counter beside what the refunds that draw on it come to.</summary>
public sealed record CounterBook
{
    internal const string Statement = """
        WITH due AS (
            SELECT r.client_id, r.delegation_id, d.budget, d.key, d.bucket,
                coalesce(sum(r.amount) FILTER (WHERE r.state = 'Settled'), 0) AS settled,
                count(*) FILTER (WHERE r.state = 'Settled') AS settled_count,
                coalesce(sum(r.amount) FILTER (WHERE r.state <> 'Settled'), 0) AS held,
                count(*) FILTER (WHERE r.state <> 'Settled') AS held_count
            FROM refund r CROSS JOIN LATERAL jsonb_to_recordset(r.debits)
                AS d (budget text, key text, bucket timestamptz)
            WHERE r.state IN ('AwaitingApproval', 'Approved', 'Dispatching', 'PendingAtGateway', 'Unconfirmed',
                'UnderReview', 'Settled')
            GROUP BY r.client_id, r.delegation_id, d.budget, d.key, d.bucket)
        SELECT delegation_id, budget, key, coalesce(c.settled, 0)::bigint AS counted_settled,
            coalesce(c.held, 0)::bigint AS counted_held, coalesce(due.settled, 0)::bigint AS settled,
            coalesce(due.held, 0)::bigint AS held
        FROM budget_counter c FULL JOIN due USING (client_id, delegation_id, budget, key, bucket)
        WHERE (coalesce(c.settled, 0), coalesce(c.settled_count, 0), coalesce(c.held, 0), coalesce(c.held_count, 0))
            <> (coalesce(due.settled, 0), coalesce(due.settled_count, 0),
                coalesce(due.held, 0), coalesce(due.held_count, 0))
        ORDER BY delegation_id, budget, key
        """;

    public Guid DelegationId { get; init; }
    public string Budget { get; init; } = "";
    public string Key { get; init; } = "";
    public long CountedSettled { get; init; }
    public long CountedHeld { get; init; }
    public long Settled { get; init; }
    public long Held { get; init; }
}

/// <summary>An event that waits for a person.</summary>
public sealed record ParkedBook
{
    internal const string Statement = """
        SELECT @inbox AS inbox, event_id, type, reason FROM inbox_parked ORDER BY park_time
        """;

    public string Inbox { get; init; } = "";
    public Guid EventId { get; init; }
    public string Type { get; init; } = "";
    public string Reason { get; init; } = "";
}
