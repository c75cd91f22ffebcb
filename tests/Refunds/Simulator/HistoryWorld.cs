using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>What the gateway, the jobs and the clock do.</summary>
internal sealed partial class History
{
    /// <summary>Far more than the questions about one refund.</summary>
    private const int RoundsMax = 400;

    private async Task<string> Settle()
    {
        await service.Settle();
        return "";
    }

    private async Task<string> Die()
    {
        await service.SettleAndDie();
        return "";
    }

    private Task<string> Restart()
    {
        service.Restart();
        return Task.FromResult("");
    }

    private async Task<string> Reconcile()
    {
        await service.Reconcile();
        return "";
    }

    /// <summary>The month after which replies and what was heard are forgotten is over.</summary>
    private async Task<string> Forget()
    {
        forgot = true;
        var gone = await service.Db.InTransaction(
            clientId,
            tx => tx.Execute("""DELETE FROM once WHERE client_id = @ClientId""", new { tx.ClientId }),
            default
        );
        return $"{gone} keys";
    }

    private async Task<string> Hint()
    {
        var payment = Any(payments);
        await Hint(payment);
        return $"p{payment.Number}";
    }

    private async Task Hint(PaymentMade payment)
    {
        var request = new RereadPaymentRequest { Gateway = "toss", GatewayPaymentKey = payment.Key };
        await service.Invoke("RereadPayment", Caller.Nobody, call => RereadPayment.Handle(request, call));
    }

    private async Task<string> CancelInConsole()
    {
        var payment = Any(payments);
        var won = Math.Min(payment.Won, 500 * random.Next(1, 20));
        return $"p{payment.Number} {won} {await service.Gateway.CancelInConsole(payment.Key, won)}";
    }

    private Task<string> FailLate()
    {
        var payment = Any(payments);
        return Task.FromResult($"p{payment.Number} {service.Gateway.Return(payment.Key)}");
    }

    /// <summary>For minutes mostly; for so long that people have to look, now and then.</summary>
    private Task<string> GoAway()
    {
        var away = random.Next(8) == 0 ? TimeSpan.FromHours(25) : TimeSpan.FromMinutes(random.Next(1, 60));
        service.Gateway.AwayUntil = Now + away;
        return Task.FromResult($"{away}");
    }

    /// <summary>Seconds to days, in which the jobs run whenever something is due.</summary>
    private async Task<string> Wait()
    {
        var wait = random.Next(10) switch
        {
            < 4 => TimeSpan.FromSeconds(random.Next(1, 90)),
            < 7 => TimeSpan.FromMinutes(random.Next(1, 90)),
            < 9 => TimeSpan.FromHours(random.Next(1, 30)),
            _ => TimeSpan.FromDays(random.Next(1, 4)),
        };
        await Pass(Now + wait);
        await service.Watch();
        return $"{wait}";
    }

    private async Task Pass(DateTimeOffset until)
    {
        // Not at the moment of a decision: which was first could not be told.
        service.Clock.Now = Now.AddMilliseconds(1);
        await service.Settle();
        await Look();
        for (var round = 0; NextDue() is { } due && due <= until; round++)
        {
            Assert.True(round < RoundsMax, "it does not come to rest");
            service.Clock.Now = due;
            await service.Settle();
            if (random.Next(5) == 0)
            {
                await service.Reconcile();
            }
            await Look();
        }
        service.Clock.Now = until;
        await service.Reconcile();
        await service.Settle();
    }

    /// <summary>When the settle job has something to do next.</summary>
    private DateTimeOffset? NextDue() =>
        seen.Refunds.SelectMany(refund => new[] { refund.NextTime, refund.ExpireTime }).Where(time => time > Now).Min();

    /// <summary>Nothing goes wrong any more, what is lost is found, and time passes until nothing moves.</summary>
    private async Task ComeToRest()
    {
        service.Gateway.IsHealthy = true;
        service.Gateway.Arrive();
        await DeliverAll();
        await Pass(Now.AddHours(26));
        foreach (var payment in payments)
        {
            await Hint(payment);
        }
        // An hour brings the gateway's list, which brings what somebody did past us.
        for (var hour = 0; hour < 2; hour++)
        {
            await Pass(Now.AddMinutes(61));
            await Look();
        }
        var rest = seen;
        steps.Add($"at rest: {string.Join(' ', rest.Refunds.Select(refund => refund.State))}");
        Assert.All(rest.Refunds, refund => Assert.True(IsAtRest(refund), $"{NumberOf(refund)} is {refund.State}"));
    }

    /// <summary>Over, or a person's, or behind one that is a person's.</summary>
    private bool IsAtRest(RefundSeen refund) =>
        !refund.Holds
        || refund.State == "UnderReview"
        || (
            refund.State == "Approved"
            && seen.Refunds.Any(other => other.PaymentId == refund.PaymentId && other.State == "UnderReview")
        );

    /// <summary>All that was ever heard, once more and as if new: an effect comes once for each thing.</summary>
    private async Task TellAllAgain()
    {
        // A try that found nothing left of the payment is made up for the first time.
        await Repeat();
        var once = await Snapshot.Take(service.Db, clientId);
        await Repeat();
        var twice = await Snapshot.Take(service.Db, clientId);
        Assert.Equal(once.Refunds, twice.Refunds);
        Assert.Equal(once.Payments.OrderBy(one => one.PaymentId), twice.Payments.OrderBy(one => one.PaymentId));
        Assert.All(
            once.Refunds.Skip(seen.Refunds.Count),
            refund => Assert.DoesNotContain("people/", refund.RequestedBy, StringComparison.Ordinal)
        );
    }

    private async Task Repeat()
    {
        foreach (var message in broker.All)
        {
            service.Clock.Now = Now.AddMilliseconds(1);
            Assert.True(await service.Deliver(clientId, NewGuid(), message.Event));
            Assert.False(await service.Deliver(clientId, message.Id, message.Event) && !forgot);
        }
    }
}
