using System.Security.Cryptography;
using System.Text;

namespace Mobility.PaymentGateway;

/// <summary>One line of Toss's list of transactions: a payment, a cancel, or a cancel that came to nothing.</summary>
public sealed record TransactionLine(
    string TransactionKey,
    string PaymentKey,
    string OrderId,
    string Method,
    string Status,
    DateTimeOffset TransactionAt,
    string Currency,
    long Amount
)
{
    public static TransactionLine Of(PaymentCaptured payment) =>
        New(payment, KeyOf(payment.PaymentKey), "DONE", payment.ApprovedAt, payment.Amount);

    public static TransactionLine Of(PaymentCaptured payment, CancelDone cancel) =>
        New(
            payment,
            cancel.TransactionKey,
            cancel.CancelAmount == payment.Amount ? "CANCELED" : "PARTIAL_CANCELED",
            cancel.CanceledAt,
            cancel.CancelAmount
        );

    public static TransactionLine Of(PaymentCaptured payment, CancelDone cancel, CancelReturned back) =>
        New(payment, cancel.TransactionKey + "R", "ABORTED", back.ReturnedAt, cancel.CancelAmount);

    private static TransactionLine New(
        PaymentCaptured payment,
        string key,
        string status,
        DateTimeOffset at,
        long amount
    ) => new(key, payment.PaymentKey, payment.OrderId, payment.Method, status, at, "KRW", amount);

    private static string KeyOf(string paymentKey) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(paymentKey)).AsSpan(0, 16));
}
