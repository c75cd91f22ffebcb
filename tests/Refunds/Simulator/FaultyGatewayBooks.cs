using System.Text.Json;
using Mobility.PaymentGateway;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>What stands in the gateway's books, to whoever looks.</summary>
internal sealed partial class FaultyGateway
{
    /// <summary>Every cancel that was ever done.</summary>
    public IReadOnlyList<GatewayCancel> Cancels =>
        JsonDocument
            .Parse(Reply.Ok(books.Payments.Ledger()).Body)
            .RootElement.GetProperty("entries")
            .Deserialize<List<GatewayCancel>>(Json)!;

    /// <summary>Keys under which the back office acted.</summary>
    public IReadOnlyList<string> Acts =>
        [
            .. JsonDocument
                .Parse(Reply.Ok(books.BackOffice.Ledger()).Body)
                .RootElement.GetProperty("entries")
                .EnumerateArray()
                .Select(entry => entry.GetProperty("idempotencyKey").GetString()!),
        ];

    /// <summary>What a person who looks finds of a refund: the key under which it was done, empty when it was not; null
    /// while an order of it is on its way or under way.</summary>
    public string? Became(Guid refundId)
    {
        Arrive();
        var id = $"{refundId}";
        var named = Cancels.Where(cancel => cancel.CancelReason.Contains(id, StringComparison.Ordinal)).ToList();
        var isOpen =
            late.Exists(one => one.Attempt.Reason.Contains(id, StringComparison.Ordinal))
            || named.Exists(cancel => cancel.CancelStatus == "IN_PROGRESS");
        var act = $"refund-{id}";
        return isOpen ? null : named.Find(cancel => cancel.Stands)?.TransactionKey ?? (Acts.Contains(act) ? act : "");
    }
}
