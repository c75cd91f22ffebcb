namespace Mobility.PaymentGateway;

/// <summary>What Toss does not have: capturing a payment without a customer, planned faults, the back office.</summary>
public static class SimulatorEndpoints
{
    private const long MaxPayment = 100_000_000;

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
                if (Invalid(body) is { } refusal)
                {
                    return refusal;
                }
                return books.Faults.Add(new PlannedFault(paymentKey, kind, (int)times, subject))
                    ? Reply.Ok(books.Faults.View())
                    : Reply.Refuse("INVALID_REQUEST", $"at most {FaultPlan.MaxPlans} faults may be planned");
            }
        );

    private static async Task WithBody(HttpContext context, Func<RequestBody, Reply> answer)
    {
        var body = await RequestBody.Read(context);
        await (body is null ? Reply.Refuse("INVALID_REQUEST") : answer(body)).Send(context);
    }

    private static Reply? Invalid(RequestBody body) =>
        body.Violations.Count == 0 ? null : Reply.Refuse("INVALID_REQUEST", string.Join("; ", body.Violations));

    private static FaultKind Kind(RequestBody body)
    {
        switch (body.Text("kind", 40))
        {
            case "timeout_before":
                return FaultKind.TimeoutBefore;
            case "timeout_after_success":
                return FaultKind.TimeoutAfterSuccess;
            case "hold":
                return FaultKind.Hold;
            default:
                body.Violations.Add("kind: timeout_before, timeout_after_success or hold");
                return default;
        }
    }
}
