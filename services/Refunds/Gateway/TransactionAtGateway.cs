using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>One line of the gateway's list of transactions: a payment, a cancel, or what became of one.</summary>
public sealed record TransactionAtGateway(string TransactionKey, string PaymentKey, string Status)
{
    /// <summary>Was something captured, and nothing paid back?</summary>
    public bool IsPayment => Status is "DONE" or "READY" or "IN_PROGRESS" or "WAITING_FOR_DEPOSIT";

    /// <summary>A page of the list; null when it is none.</summary>
    public static IReadOnlyList<TransactionAtGateway>? Page(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception failure)
            when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static TransactionAtGateway Read(JsonElement json) =>
        new(Text(json, "transactionKey"), Text(json, "paymentKey"), Text(json, "status"));

    private static string Text(JsonElement json, string field) =>
        json.GetProperty(field).GetString() is { Length: > 0 } text ? text : throw new FormatException();
}
