using System.Globalization;

namespace Mobility.PaymentGateway;

/// <summary>What Toss does not have: capturing a payment without a customer, planned faults, the back office.</summary>
public static class SimulatorEndpoints
{
    private const long MaxPayment = 100_000_000;

    /// <summary>A page of transactions is read into memory.</summary>
    private const int MaxTransactions = 1_000;

    /// <summary>The kinds by the name that they have on the wire.</summary>
    private static readonly IReadOnlyList<(FaultKind Kind, string Name)> Kinds =
    [
        .. Enum.GetValues<FaultKind>().Select(kind => (kind, Json.Text(kind).Trim('"'))),
    ];

    public static Task Capture(HttpContext context, GatewayBooks books) =>
        WithBody(
            context,
            body =>
            {
                var paymentKey = body.Text("paymentKey", 200);
                var orderId = body.Text("orderId", 64);
                var amount = body.RequiredAmount("amount", MaxPayment);
                var method = body.Text("method", 20);
                return Invalid(body) ?? books.Payments.Capture(paymentKey, orderId, amount, method);
            }
        );

    public static Task PlanFault(HttpContext context, GatewayBooks books) =>
        WithBody(
            context,
            body =>
            {
                var paymentKey = body.Has("paymentKey") ? body.Text("paymentKey", 200) : null;
                var subject = body.Has("subject") ? body.Text("subject", 200) : null;
                var times = body.RequiredAmount("times", FaultPlan.MaxTimes);
                var kind = Kind(body);
                var code = body.Has("code") ? body.Text("code", 100) : null;
                if (code is not null && !Reply.Knows(code))
                {
                    body.Violations.Add("code: one that the simulator can answer");
                }
                if (Invalid(body) is { } refusal)
                {
                    return refusal;
                }
                return books.Faults.Add(new PlannedFault(paymentKey, kind, (int)times, subject, code))
                    ? Reply.Ok(books.Faults.View())
                    : Reply.Refuse("INVALID_REQUEST", $"at most {FaultPlan.MaxPlans} faults may be planned");
            }
        );

    /// <summary>Draws faults from a seed, so many of a thousand chances; 0 ends it.</summary>
    public static Task SeedFaults(HttpContext context, GatewayBooks books) =>
        WithBody(
            context,
            body =>
            {
                var seed = body.Amount("seed", 0, long.MaxValue) ?? 0;
                var perMille = body.Amount("perMille", 0, SeededFaults.MaxPerMille) ?? 0;
                if (Invalid(body) is { } refusal)
                {
                    return refusal;
                }
                books.Faults.Seed(perMille == 0 ? null : new SeededFaults(seed, (int)perMille));
                return Reply.Ok(new { seed, perMille });
            }
        );

    /// <summary>A person cancels in the merchant's own console: no key, no word of ours in the reason.</summary>
    public static Task ConsoleCancel(HttpContext context, GatewayBooks books) =>
        WithBody(
            context,
            body =>
            {
                var paymentKey = body.Text("paymentKey", 200);
                var amount = body.RequiredAmount("amount", MaxPayment);
                var reason = body.Text("reason", 200);
                if (Invalid(body) is { } refusal)
                {
                    return refusal;
                }
                var attempt = new CancelAttempt(paymentKey, null, "console", body, reason, amount, null);
                if (books.Payments.Enter(attempt) is { } early)
                {
                    return early;
                }
                try
                {
                    return books.Payments.Cancel(attempt);
                }
                finally
                {
                    books.Payments.Leave(attempt);
                }
            }
        );

    /// <summary>A cancel that was done comes to nothing.</summary>
    public static Task Return(HttpContext context, GatewayBooks books) =>
        WithBody(
            context,
            body =>
            {
                var paymentKey = body.Text("paymentKey", 200);
                var transactionKey = body.Has("transactionKey") ? body.Text("transactionKey", 100) : null;
                return Invalid(body) ?? books.Payments.Return(paymentKey, transactionKey);
            }
        );

    /// <summary>A cancel that was under way is done.</summary>
    public static Task Complete(HttpContext context, GatewayBooks books) =>
        WithBody(
            context,
            body =>
            {
                var paymentKey = body.Text("paymentKey", 200);
                return Invalid(body) ?? books.Payments.Complete(paymentKey);
            }
        );

    /// <summary>Toss's list of transactions; times without an offset are Korean, as Toss prints them.</summary>
    public static Task Transactions(HttpContext context, GatewayBooks books)
    {
        var query = context.Request.Query;
        var limit = 100;
        if (
            !TryTime(query["startDate"], out var start)
            || !TryTime(query["endDate"], out var end)
            || (
                query.ContainsKey("limit")
                && !int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out limit)
            )
            || limit is < 1 or > MaxTransactions
        )
        {
            return Reply.Refuse("INVALID_REQUEST").Send(context);
        }
        var after = query["startingAfter"] is [{ Length: > 0 } key] ? key : null;
        return books.Payments.List(start, end, after, limit).Send(context);
    }

    private static bool TryTime(string? text, out DateTimeOffset time)
    {
        var read = DateTime.TryParseExact(
            text,
            "yyyy-MM-dd'T'HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var local
        );
        time = read ? new DateTimeOffset(local, TimeSpan.FromHours(9)) : default;
        return read;
    }

    private static async Task WithBody(HttpContext context, Func<RequestBody, Reply> answer)
    {
        var body = await RequestBody.Read(context);
        await (body is null ? Reply.Refuse("INVALID_REQUEST") : answer(body)).Send(context);
    }

    private static Reply? Invalid(RequestBody body) =>
        body.Violations.Count == 0 ? null : Reply.Refuse("INVALID_REQUEST", string.Join("; ", body.Violations));

    private static FaultKind Kind(RequestBody body)
    {
        var text = body.Text("kind", 40);
        foreach (var (kind, name) in Kinds)
        {
            if (name == text)
            {
                return kind;
            }
        }
        body.Violations.Add($"kind: one of {string.Join(", ", Kinds.Select(k => k.Name))}");
        return default;
    }
}
