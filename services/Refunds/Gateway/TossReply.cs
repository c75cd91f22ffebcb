using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>What a reply of the cancel API means. Judged by the code and never by the HTTP status.</summary>
public static class TossReply
{
    /// <summary>Pure. RefusedForGood is here still a claim: TossGateway looks it up before passing it on.</summary>
    public static OrderOutcome Classify(CancelOrder order, int status, string body)
    {
        if (Read(body) is not { } json)
        {
            return new OrderOutcome.Unconfirmed($"HTTP_{status}");
        }
        if (Code(json) is { } code)
        {
            return TossCodes.Of(code) switch
            {
                CodeMeaning.RefusedForGood => new OrderOutcome.RefusedForGood(code),
                // What it speaks of can be our own earlier attempt.
                CodeMeaning.NotDone when !order.Repeated => new OrderOutcome.NotDone(code),
                _ => new OrderOutcome.Unconfirmed(code),
            };
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
