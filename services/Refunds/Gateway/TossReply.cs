using System.Collections.Frozen;
using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>
/// What a reply of the cancel API means. Judged by the code and never by the HTTP status: Toss sends a passing trouble
/// as 400 (PROVIDER_ERROR) and what may be for good as 500 (FAILED_PARTIAL_REFUND). A code that is on neither list here
/// is unconfirmed, so a code that Toss adds tomorrow costs a question and no money.
/// </summary>
public static class TossReply
{
    public const string UnknownPayment = "NOT_FOUND_PAYMENT";

    /// <summary>Asking again cannot change these. Some also follow a cancel of ours whose reply was lost.</summary>
    private static readonly FrozenSet<string> ForGood = new[]
    {
        "ALREADY_CANCELED_PAYMENT",
        "ALREADY_REFUND_PAYMENT",
        "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
        "EXCEED_CANCEL_LIMIT",
        "EXCEED_MAX_REFUND_DUE",
        "FORBIDDEN_BANK_REFUND_REQUEST",
        "FORBIDDEN_REQUEST",
        "INVALID_BANK",
        "INVALID_REFUND_ACCOUNT_INFO",
        "INVALID_REFUND_ACCOUNT_NUMBER",
        "INVALID_REQUEST",
        "NOT_ALLOWED_PARTIAL_REFUND",
        "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
        "NOT_CANCELABLE_AMOUNT",
        "NOT_CANCELABLE_PAYMENT",
        "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
        UnknownPayment,
        "NOT_MATCHES_REFUNDABLE_AMOUNT",
        "REFUND_REJECTED",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Refused at the door, for a cause that passes or that an operator repairs. IDEMPOTENT_REQUEST_PROCESSING is not
    /// among them: it says that an earlier attempt of this very refund is running.
    /// </summary>
    private static readonly FrozenSet<string> ForNow = new[]
    {
        "FORBIDDEN_CONSECUTIVE_REQUEST",
        "INCORRECT_BASIC_AUTH_FORMAT",
        "INVALID_API_KEY",
        "NOT_AVAILABLE_BANK",
        "UNAUTHORIZED_KEY",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Pure. RefusedForGood is here still a claim: TossGateway looks it up before passing it on.</summary>
    public static OrderOutcome Classify(CancelOrder order, int status, string body)
    {
        if (Read(body) is not { } json)
        {
            return new OrderOutcome.Unconfirmed($"HTTP_{status}");
        }
        if (Code(json) is { } code)
        {
            return ForGood.Contains(code) ? new OrderOutcome.RefusedForGood(code)
                // The running cancel that it speaks of can be our own earlier attempt.
                : ForNow.Contains(code) && !order.Repeated ? new OrderOutcome.NotDone(code)
                : new OrderOutcome.Unconfirmed(code);
        }
        return status == 200 && PaymentAtGateway.Parse(order.PaymentKey, json) is { } payment
            ? payment.OutcomeOf(order) ?? new OrderOutcome.Unconfirmed("REPLY_WITHOUT_OUR_CANCEL")
            : new OrderOutcome.Unconfirmed($"HTTP_{status}");
    }

    /// <summary>The parsed body; null when it is no JSON object.</summary>
    public static JsonElement? Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The error code of an error body, null of any other.</summary>
    public static string? Code(JsonElement json)
    {
        if (!json.TryGetProperty("code", out var code) || code.ValueKind != JsonValueKind.String)
        {
            return null;
        }
        try
        {
            return code.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is a JSON string but no text.
            return "UNREADABLE_CODE";
        }
    }
}
