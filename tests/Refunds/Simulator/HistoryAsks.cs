using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using Decision = Mobility.Refunds.V1.Decision;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>Who asks for what, and who agrees.</summary>
internal sealed partial class History
{
    private static readonly string[] CardReasons =
    [
        "OVERCHARGED",
        "DOUBLE_CHARGED",
        "UNLOCK_FAILED",
        "RIDE_CUT_SHORT",
        "RIDE_NOT_ENDED",
        "WITHDRAWAL",
    ];

    private bool forgot;

    private async Task<string> Ask()
    {
        var by = Any([.. players.Where(player => player.Role != Role.ClientOfficer)]);
        var request = Request(out var about);
        var quoted = random.Next(4) == 0 ? await Quote(request, by) : null;
        var reply = await Ask(request, by);
        asked.Add(new Asked(request, by, reply));
        Assert.False(by.IsSuspended, "a suspended member was heard");
        if (quoted is not null)
        {
            // Nothing happened in between: what was said is what is done.
            Assert.Equal(quoted.Outcome, reply.Decision.Outcome);
            Assert.Equal(
                quoted.FailedConditions.Select(failed => failed.Code),
                reply.Decision.FailedConditions.Select(failed => failed.Code)
            );
        }
        if (delegation.State != DelegationState.Active)
        {
            Assert.Equal(RefundState.Denied, reply.State);
        }
        var failed = reply.Decision.FailedConditions.Select(one => one.Code).Distinct(StringComparer.Ordinal);
        return $"{by.Alias} {about}: {reply.State} {string.Join(' ', failed)}".TrimEnd();
    }

    private Task<Refund> Ask(CreateRefundRequest request, Player by) =>
        Call("CreateRefund", by, call => CreateRefund.Handle(request, call, service.Queue));

    private async Task<Decision?> Quote(CreateRefundRequest request, Player by)
    {
        try
        {
            var quote = new QuoteRefundRequest { Parent = Parent, Refund = request.Refund };
            return (await Call("QuoteRefund", by, call => QuoteRefund.Handle(quote, call))).Decision;
        }
        catch (Refusal)
        {
            return null;
        }
    }

    private async Task<string> AskAgain()
    {
        if (asked.Count == 0)
        {
            return "nothing was asked";
        }
        var before = Any(asked);
        var count = seen.Refunds.Count;
        var reply = await Ask(before.Request.Clone(), before.By);
        Assert.Equal(before.Reply.Name, reply.Name);
        if (!forgot)
        {
            Assert.Equal(before.Reply, reply);
        }
        Assert.Equal(count, (await Snapshot.Take(service.Db, clientId)).Refunds.Count);
        return $"a{asked.IndexOf(before)}";
    }

    private async Task<string> AskOtherwise()
    {
        if (asked.Count == 0)
        {
            return "nothing was asked";
        }
        var before = Any(asked);
        var other = before.Request.Clone();
        other.Refund.Note = "another body";
        var error = await Assert.ThrowsAsync<Refusal>(() => Ask(other, before.By));
        Assert.True(error.Reason is "REQUEST_ID_REUSED" || before.By.IsSuspended, error.Reason);
        return $"a{asked.IndexOf(before)} {error.Reason}";
    }

    private CreateRefundRequest Request(out string about)
    {
        var back = seen.Refunds.Where(refund => refund.State == "Returned").ToList();
        if (back.Count > 0 && random.Next(3) == 0)
        {
            return Replacing(random.Next(8) == 0 ? Any(seen.Refunds) : Any(back), out about);
        }
        var payment = Any(payments);
        var refund = new Refund { Reason = Reason(), Action = Action() };
        about = $"{refund.Action} p{payment.Number}";
        switch (refund.Action)
        {
            case RefundAction.EndRide:
                refund.Ride = payment.Ride;
                break;
            case RefundAction.LockVehicle:
                (refund.Vehicle, refund.Reason) = (payment.Vehicle, "VEHICLE_ENDANGERS");
                break;
            default:
                refund.Payment = payment.Name;
                var won = Amount(payment);
                refund.Amount = RefundsHouse.Won(won);
                about += $" {won}";
                break;
        }
        if (refund.Reason == "COMPLAINT_GOODWILL" && cases.Count > 0 && random.Next(5) > 0)
        {
            refund.Case = Any(cases).Case;
        }
        about += $" {refund.Reason}";
        return new CreateRefundRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = refund,
        };
    }

    /// <summary>Mostly one that may be replaced, by what was asked for or less.</summary>
    private CreateRefundRequest Replacing(RefundSeen back, out string about)
    {
        var payment = payments.Find(one => one.Name == $"{Parent}/payments/{back.PaymentId}") ?? Any(payments);
        var refund = new Refund
        {
            Payment = (random.Next(10) == 0 ? Any(payments) : payment).Name,
            Action = random.Next(4) == 0 ? RefundAction.Coupon : RefundAction.CardRefund,
            Reason = Reason(),
            Amount = RefundsHouse.Won(
                random.Next(6) switch
                {
                    0 => back.Amount + 500,
                    1 => 500,
                    _ => back.Amount,
                }
            ),
            Replaces = NameOf(back),
        };
        about = $"{refund.Action} {refund.Amount.Units} {refund.Reason} in place of {NumberOf(back)}";
        return new CreateRefundRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = refund,
        };
    }

    private RefundAction Action() =>
        random.Next(100) switch
        {
            < 80 => RefundAction.CardRefund,
            < 87 => RefundAction.Coupon,
            < 89 => RefundAction.RidePass,
            < 91 => RefundAction.FeeWaiver,
            < 95 => RefundAction.EndRide,
            _ => RefundAction.LockVehicle,
        };

    private string Reason() =>
        random.Next(100) switch
        {
            < 65 => "GOODWILL",
            < 66 => "NO_SUCH_REASON",
            < 78 when cases.Count > 0 => "COMPLAINT_GOODWILL",
            _ => Any(CardReasons),
        };

    private long Amount(PaymentMade payment) =>
        random.Next(20) switch
        {
            < 14 => 500 * random.Next(1, 13),
            < 17 => 1_000 * random.Next(8, 35),
            17 => payment.Won,
            18 => payment.Won + 1,
            _ => random.Next(-1, 2),
        };

    private async Task<string> Agree()
    {
        if (seen.Refunds.All(refund => refund.State != "AwaitingApproval") && random.Next(4) > 0)
        {
            return await Ask();
        }
        if (Waiting() is not { } refund)
        {
            return "nothing was asked";
        }
        var by = Second(refund);
        var request = new ApproveRefundRequest
        {
            Name = NameOf(refund),
            RequestHash = random.Next(15) switch
            {
                0 => new string('0', 64),
                // As it was asked for, whatever came since.
                1 => refund.RequestHash,
                _ => (
                    await Call("GetRefund", by, call => GetRefund.Handle(new() { Name = NameOf(refund) }, call))
                ).RequestHash,
            },
            Note = "확인했습니다",
            RequestId = NewId(),
        };
        var what = $"{by.Alias} {NumberOf(refund)}";
        return await Told(what, Call("ApproveRefund", by, call => ApproveRefund.Handle(request, call)));
    }

    private async Task<string> Decline()
    {
        if (Waiting() is not { } refund)
        {
            return "nothing was asked";
        }
        var by = Second(refund);
        var request = new DeclineRefundRequest
        {
            Name = NameOf(refund),
            Note = "근거가 부족합니다",
            RequestId = NewId(),
        };
        var what = $"{by.Alias} {NumberOf(refund)}";
        return await Told(what, Call("DeclineRefund", by, call => DeclineRefund.Handle(request, call)));
    }

    private async Task<string> TakeBack()
    {
        if (Waiting() is not { } refund)
        {
            return "nothing was asked";
        }
        var by = players.FirstOrDefault(player => player.Person == refund.RequestedBy && random.Next(5) > 0);
        by ??= players[0];
        var request = new WithdrawRefundRequest { Name = NameOf(refund), RequestId = NewId() };
        var what = $"{by.Alias} {NumberOf(refund)}";
        return await Told(what, Call("WithdrawRefund", by, call => WithdrawRefund.Handle(request, call)));
    }

    private static async Task<string> Told(string what, Task<Refund> call)
    {
        try
        {
            return $"{what} {(await call).State}";
        }
        catch (Refusal refusal)
        {
            return $"{what} {refusal.Reason}";
        }
    }

    /// <summary>One that waits for somebody; now and then, and when none does, any.</summary>
    private RefundSeen? Waiting()
    {
        var waiting = seen.Refunds.Where(refund => refund.State is "AwaitingApproval" or "AwaitingEvidence").ToList();
        return waiting.Count > 0 && random.Next(12) > 0 ? Any(waiting)
            : seen.Refunds.Count > 0 ? Any(seen.Refunds)
            : null;
    }

    /// <summary>Mostly one of the role that is awaited, whoever asked.</summary>
    private Player Second(RefundSeen refund)
    {
        var awaited = players.Where(player => player.MemberRole.ToString() == refund.AwaitedRole).ToList();
        return awaited.Count > 0 && random.Next(6) > 0
            ? Any(awaited)
            : Any([.. players.Where(player => player.Role != Role.Agent)]);
    }
}
