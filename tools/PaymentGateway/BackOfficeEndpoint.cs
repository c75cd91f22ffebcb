namespace Mobility.PaymentGateway;

/// <summary>POST /back-office/{kind} and GET /back-office/{kind}/{key}: the planned faults around the acts.</summary>
public sealed class BackOfficeEndpoint(GatewayBooks books, TimeProvider clock, CancellationToken stopping)
{
    public async Task Act(HttpContext context)
    {
        var kind = GatewayApp.Route(context, "kind");
        if (!BackOffice.Knows(kind))
        {
            await Reply.Refuse("NOT_FOUND").Send(context);
            return;
        }
        if (!IdempotencyKey.TryRead(context, out var key) || key is null)
        {
            await Reply.Refuse("INVALID_IDEMPOTENCY_KEY", "Idempotency-Key: 1 to 300 characters").Send(context);
            return;
        }
        if (await RequestBody.Read(context) is not { } body)
        {
            await Reply.Refuse("INVALID_REQUEST").Send(context);
            return;
        }
        await Act(context, kind, key, body);
    }

    public Task Query(HttpContext context)
    {
        var kind = GatewayApp.Route(context, "kind");
        var reply = BackOffice.Knows(kind)
            ? books.BackOffice.Query(kind, GatewayApp.Route(context, "key"))
            : Reply.Refuse("NOT_FOUND");
        return reply.Send(context);
    }

    private async Task Act(HttpContext context, string kind, string key, RequestBody body)
    {
        var field = BackOffice.SubjectField(kind);
        var subject = body.Has(field) ? body.Text(field, 200) : "";
        if (books.Faults.TakeAct(FaultKind.TimeoutBefore, subject))
        {
            await Silence.Keep(context, clock, stopping);
            return;
        }
        // A stop ends the hold without the act, as a crash would.
        if (books.Faults.TakeAct(FaultKind.Hold, subject) && !await books.Faults.Held(stopping))
        {
            context.Abort();
            return;
        }
        var reply = books.BackOffice.Act(kind, key, body);
        if (reply.Status == 200 && books.Faults.TakeAct(FaultKind.TimeoutAfterSuccess, subject))
        {
            await Silence.Keep(context, clock, stopping);
            return;
        }
        await reply.Send(context);
    }
}
