using Mobility.Platform.Data;
using Xunit;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>A refund as its row says.</summary>
internal sealed record RefundSeen
{
    public required Guid RefundId { get; init; }
    public required Guid? PaymentId { get; init; }
    public required long Amount { get; init; }
    public required string Action { get; init; }
    public required string State { get; init; }
    public required string AwaitedRole { get; init; }
    public required DateTimeOffset? NextTime { get; init; }
    public required DateTimeOffset? ExpireTime { get; init; }
    public required string RequestedBy { get; init; }
    public required string RequestHash { get; init; }
    public required string GatewayCode { get; init; }
    public required long Revision { get; init; }

    public bool InFlight => State is "Dispatching" or "PendingAtGateway" or "Unconfirmed" or "UnderReview";
    public bool Holds => InFlight || State is "Approved" or "AwaitingApproval";

    /// <summary>Has it come to an end that nothing changes any more?</summary>
    public bool IsOver => !Holds && State is not ("Settled" or "AwaitingEvidence" or "Returned");
}

/// <summary>A payment as its row says.</summary>
internal sealed record PaymentSeen
{
    public required Guid PaymentId { get; init; }
    public required long Amount { get; init; }
    public required long Held { get; init; }
    public required long Settled { get; init; }
    public required long Cancelled { get; init; }
    public required long External { get; init; }
    public required long Overdrawn { get; init; }
}

/// <summary>All refunds and payments of a history's client between two steps, and what has to hold of them at every
/// commit.</summary>
internal sealed record Snapshot(
    DateTimeOffset Now,
    IReadOnlyList<RefundSeen> Refunds,
    IReadOnlyList<PaymentSeen> Payments
)
{
    public static readonly Snapshot Empty = new(DateTimeOffset.MinValue, [], []);

    public static Task<Snapshot> Take(Db db, string clientId) =>
        db.InTransaction(
            clientId,
            async tx =>
            {
                var round = tx.NewRound();
                var refunds = round.List<RefundSeen>(
                    """
                    SELECT refund_id, payment_id, amount, action, state, awaited_role, next_time, expire_time,
                        requested_by, request_hash, gateway_code, revision
                    FROM refund WHERE client_id = @ClientId ORDER BY create_time, refund_id
                    """,
                    new { tx.ClientId }
                );
                var payments = round.List<PaymentSeen>(
                    """
                    SELECT payment_id, amount, held, settled, cancelled, external, overdrawn
                    FROM payment WHERE client_id = @ClientId
                    """,
                    new { tx.ClientId }
                );
                await round.Run();
                return new Snapshot(tx.Now, refunds(), payments());
            },
            default
        );

    /// <summary>What changed since, by the refund's place in the order of asking.</summary>
    public string ChangesSince(Snapshot before) =>
        string.Join(
            ", ",
            Refunds
                .Index()
                .Where(one => one.Index >= before.Refunds.Count || before.Refunds[one.Index] != one.Item)
                .Select(one =>
                    $"r{one.Index} {(one.Index < before.Refunds.Count ? before.Refunds[one.Index].State : "")}"
                    + $">{one.Item.State} {one.Item.GatewayCode}".TrimEnd()
                )
        );

    /// <summary>Fails when something does not hold.</summary>
    public void Check(Snapshot before)
    {
        foreach (var (n, was) in before.Refunds.Index())
        {
            var now = Refunds[n];
            Assert.Equal((was.RefundId, was.Amount), (now.RefundId, now.Amount));
            // With the evidence that it lacked it is another request that people agree to.
            Assert.True(was.RequestHash == now.RequestHash || was.State == "AwaitingEvidence", $"r{n} was altered");
            Assert.True(now.Revision >= was.Revision, $"r{n} went back");
            Assert.True(!was.IsOver || was == now, $"r{n} was {was.State} for good and is {now.State}");
            Assert.True(was.State != "Returned" || now.State is "Returned" or "Closed", $"r{n} is {now.State}");
            Assert.True(was.State != "Settled" || now.State is "Settled" or "Returned", $"r{n} is {now.State}");
        }
        foreach (var (n, refund) in Refunds.Index())
        {
            Assert.True(IsCaredFor(refund), $"r{n} is {refund.State}: nobody sees to it");
        }
        var byPayment = Refunds.Where(refund => refund.PaymentId is not null).ToLookup(refund => refund.PaymentId);
        Assert.All(Payments, payment => Check(payment, [.. byPayment[payment.PaymentId]]));
    }

    private static void Check(PaymentSeen payment, List<RefundSeen> refunds)
    {
        var settled = refunds.Where(refund => refund.State == "Settled").ToList();
        Assert.True(
            payment.Settled + payment.Held <= payment.Amount + payment.Overdrawn,
            "more than was captured is settled or held"
        );
        Assert.True(payment.Overdrawn <= payment.External, "what we did exceeds the payment");
        Assert.Equal(refunds.Where(refund => refund.Holds).Sum(refund => refund.Amount), payment.Held);
        Assert.Equal(settled.Sum(refund => refund.Amount), payment.Settled - payment.External);
        Assert.Equal(
            settled.Where(refund => refund.Action == "CardRefund").Sum(refund => refund.Amount),
            payment.Cancelled - payment.External
        );
        Assert.True(refunds.Count(refund => refund.InFlight) <= 1, "two operations of a payment are in flight");
    }

    private static bool IsCaredFor(RefundSeen refund) =>
        refund.State switch
        {
            "AwaitingEvidence" => refund is { NextTime: not null, ExpireTime: not null, AwaitedRole: "" },
            "AwaitingApproval" => refund is { AwaitedRole.Length: > 0, ExpireTime: not null },
            // A case of a person's.
            "UnderReview" => refund.NextTime is null,
            "Approved" or "Dispatching" or "PendingAtGateway" or "Unconfirmed" => refund.NextTime is not null,
            _ => refund is { NextTime: null, ExpireTime: null, AwaitedRole: "" },
        };
}
