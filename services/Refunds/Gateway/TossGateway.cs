using System.Globalization;
using System.Text;

namespace Mobility.Refunds;

/// <summary>
/// The client of Toss Payments' cancel and query API; one instance for the process. Nothing that a network can do makes
/// it throw: what is not known is told as Unconfirmed. Only the caller's own token ends a call with an exception.
/// </summary>
public sealed class TossGateway : IDisposable
{
    /// <summary>The list is older than the refusal that it was to explain.</summary>
    public const string OldAnswer = "ANSWER_TOO_OLD";

    /// <summary>Lines of a page of the list; what a reply may hold has room for them many times.</summary>
    public const int PageSize = 1_000;

    /// <summary>Toss tells and takes times of Korea.</summary>
    private static readonly TimeSpan Korea = TimeSpan.FromHours(9);

    private readonly GatewayHttp http;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="gateway">Base address without a path, such as https://api.tosspayments.com.</param>
    /// <param name="secret">The secret key, without the colon.</param>
    /// <param name="clock">Times <see cref="GatewayHttp.Patience"/>.</param>
    /// <param name="circuit">Is told what becomes of each call.</param>
    public TossGateway(Uri gateway, string secret, TimeProvider clock, CircuitBreaker? circuit = null) =>
        http = new GatewayHttp(gateway, secret, clock, circuit);

    /// <summary>
    /// Sends the cancel once. A refusal for good is passed on only after the gateway's own list showed no cancel of
    /// this refund and does not belie it: it may refuse now because it did the cancel before.
    /// </summary>
    public async Task<OrderOutcome> Cancel(CancelOrder order, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path(order.PaymentKey) + "/cancel");
        request.Headers.Add("Idempotency-Key", order.IdempotencyKey);
        request.Content = new StringContent(order.Body(), Encoding.UTF8, "application/json");

        var reply = await http.Send(request, token);
        if (reply.Failure is { } failure)
        {
            return new OrderOutcome.Unconfirmed(failure);
        }
        var outcome = TossReply.Classify(order, reply.Status, reply.Body);
        return outcome is OrderOutcome.RefusedForGood refused ? await LookUp(order, refused, token) : outcome;
    }

    /// <summary>The gateway's record of a payment; null when it gave no answer that proves anything.</summary>
    public async Task<PaymentAtGateway?> Query(string paymentKey, CancellationToken token) =>
        (await Ask(paymentKey, token)).Payment;

    /// <summary>What became of the order: NotDone when the gateway's list proves that it did nothing for it.</summary>
    public async Task<OrderOutcome> Ask(CancelOrder order, CancellationToken token) =>
        await Query(order.PaymentKey, token) is { } payment
            ? payment.OutcomeOf(order) ?? new OrderOutcome.NotDone("ABSENT")
            : new OrderOutcome.Unconfirmed("NO_ANSWER");

    /// <summary>A page of all transactions between two moments; null when there was no answer.</summary>
    public async Task<IReadOnlyList<TransactionAtGateway>?> List(
        DateTimeOffset from,
        DateTimeOffset to,
        string? startingAfter,
        CancellationToken token
    )
    {
        var after = startingAfter is null ? "" : $"&startingAfter={Uri.EscapeDataString(startingAfter)}";
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/v1/transactions?startDate={Time(from)}&endDate={Time(to)}&limit={PageSize}{after}"
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var reply = await http.Send(request, token);
        return reply is { Failure: null, Status: 200 } ? TransactionAtGateway.Page(reply.Body) : null;
    }

    public void Dispose() => http.Dispose();

    private static string Time(DateTimeOffset time) =>
        time.ToOffset(Korea).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Path(string paymentKey) => $"/v1/payments/{Uri.EscapeDataString(paymentKey)}";

    private async Task<OrderOutcome> LookUp(
        CancelOrder order,
        OrderOutcome.RefusedForGood refused,
        CancellationToken token
    )
    {
        var (payment, code) = await Ask(order.PaymentKey, token);
        if (payment is not null)
        {
            return payment.OutcomeOf(order)
                ?? (payment.Belies(refused.Code, order) ? new OrderOutcome.Unconfirmed(OldAnswer) : refused);
        }
        return code == TossCodes.UnknownPayment ? refused : new OrderOutcome.Unconfirmed(refused.Code);
    }

    private async Task<(PaymentAtGateway? Payment, string? Code)> Ask(string paymentKey, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(paymentKey));
        var reply = await http.Send(request, token);
        if (reply.Failure is not null || TossReply.Read(reply.Body) is not { } json)
        {
            return (null, reply.Failure);
        }
        return TossReply.Code(json) is { } code ? (null, code)
            : reply.Status == 200 ? (PaymentAtGateway.Parse(paymentKey, json), null)
            : (null, null);
    }
}
