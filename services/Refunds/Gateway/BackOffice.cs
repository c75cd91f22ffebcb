using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Mobility.Refunds;

/// <summary>
/// The client of the operator's back office; one instance for the process. It acts once for each kind and key, for
/// good, and tells what it did under a key. As with the gateway, what is not known is told as Unconfirmed.
/// </summary>
public sealed class BackOffice(Uri address, string secret, TimeProvider clock, CircuitBreaker? circuit = null)
    : IDisposable
{
    private const string Absent = "ACT_NOT_FOUND";

    /// <summary>Asking again cannot change these.</summary>
    private static readonly FrozenSet<string> ForGood = new[]
    {
        "INVALID_IDEMPOTENCY_KEY",
        "INVALID_REQUEST",
        "NOT_FOUND",
        "RIDE_ALREADY_ENDED",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Refused at the door, for a cause that an operator repairs.</summary>
    private static readonly FrozenSet<string> ForNow = new[]
    {
        "INCORRECT_BASIC_AUTH_FORMAT",
        "UNAUTHORIZED_KEY",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly GatewayHttp http = new(address, secret, clock, circuit);

    /// <summary>Sends the order once. A refusal for good is passed on only after the back office said that it did
    /// nothing under our key.</summary>
    public async Task<OrderOutcome> Act(BackOfficeOrder order, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/back-office/{order.Kind}");
        request.Headers.Add("Idempotency-Key", order.IdempotencyKey);
        request.Content = new StringContent(order.Body(), Encoding.UTF8, "application/json");

        var reply = await http.Send(request, token);
        if (reply.Failure is { } failure)
        {
            return new OrderOutcome.Unconfirmed(failure);
        }
        var outcome = Classify(order, reply.Status, reply.Body);
        if (outcome is not OrderOutcome.RefusedForGood refused)
        {
            return outcome;
        }
        var found = await Ask(order, token);
        return found is OrderOutcome.NotDone ? refused : found;
    }

    /// <summary>What became of the order: NotDone when the back office says that it did nothing under our
    /// key.</summary>
    public async Task<OrderOutcome> Ask(BackOfficeOrder order, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/back-office/{order.Kind}/{order.IdempotencyKey}");
        var reply = await http.Send(request, token);
        if (reply.Failure is not null || TossReply.Read(reply.Body) is not { } json)
        {
            return new OrderOutcome.Unconfirmed("NO_ANSWER");
        }
        return TossReply.Code(json) switch
        {
            Absent => new OrderOutcome.NotDone(Absent),
            { } code => new OrderOutcome.Unconfirmed(code),
            null => Classify(order, reply.Status, reply.Body),
        };
    }

    /// <summary>Pure. RefusedForGood is here still a claim: Act asks before passing it on.</summary>
    public static OrderOutcome Classify(BackOfficeOrder order, int status, string body)
    {
        if (TossReply.Read(body) is not { } json)
        {
            return new OrderOutcome.Unconfirmed($"HTTP_{status}");
        }
        if (TossReply.Code(json) is { } code)
        {
            return ForGood.Contains(code) ? new OrderOutcome.RefusedForGood(code)
                : ForNow.Contains(code) && !order.Repeated ? new OrderOutcome.NotDone(code)
                : new OrderOutcome.Unconfirmed(code);
        }
        return status == 200 ? Proof(order, json) : new OrderOutcome.Unconfirmed($"HTTP_{status}");
    }

    public void Dispose() => http.Dispose();

    // What it says it did has to be what was asked for, to the won and to the subject.
    private static OrderOutcome Proof(BackOfficeOrder order, JsonElement json)
    {
        var id = Text(json, "id");
        if (id.Length == 0 || Text(json, "idempotencyKey") != order.IdempotencyKey)
        {
            return new OrderOutcome.Unconfirmed("REPLY_WITHOUT_OUR_ACT");
        }
        if (Text(json, "kind") != order.Kind || Text(json, "subject") != order.Subject)
        {
            return new OrderOutcome.Unconfirmed("SUBJECT_DIFFERS");
        }
        long? value =
            json.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number
                ? (number.TryGetInt64(out var whole) ? whole : -1)
                : null;
        return value == order.Amount
            ? new OrderOutcome.Settled(id, order.Amount ?? 0)
            : new OrderOutcome.Unconfirmed("AMOUNT_DIFFERS");
    }

    private static string Text(JsonElement json, string field) =>
        json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";
}
