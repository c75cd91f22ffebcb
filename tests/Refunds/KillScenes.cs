using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What leads to each place at which the process is killed, and how it has to end all the same. A scene is
/// given what kills around a deed of its.</summary>
public static partial class KillScenes
{
    public delegate Task Scene(KillHouse house, Func<Func<Task>, Task> kill);

    /// <summary>Places at a single moment.</summary>
    public static readonly IReadOnlyDictionary<string, Scene> Moments = new Dictionary<string, Scene>(
        StringComparer.Ordinal
    )
    {
        ["settle.before-send"] = Settles(),
        ["settle.after-send"] = Settles(),
        ["settle.after-reply"] = Settles(),
        ["ask.after-reply"] = Settles(("error", "PROVIDER_ERROR")),
    };

    /// <summary>Commits, by their place without its boundary.</summary>
    public static readonly IReadOnlyDictionary<string, Scene> Commits = new Dictionary<string, Scene>(
        StringComparer.Ordinal
    )
    {
        [RefundPlaces.Admission] = Settles(),
        [RefundPlaces.AdmissionTogether] = Together,
        ["awaiting-evidence-approve"] = (house, kill) =>
            Evidence(house, kill, 3_000, "OVERCHARGED", house.Record, RefundState.Settled),
        ["awaiting-evidence-await"] = (house, kill) =>
            Evidence(house, kill, 20_000, "OVERCHARGED", house.Record, RefundState.AwaitingApproval),
        ["awaiting-evidence-deny"] = (house, kill) =>
            Evidence(house, kill, 3_000, "UNLOCK_FAILED", house.Record, RefundState.Denied),
        ["awaiting-evidence-expire"] = (house, kill) =>
            Evidence(house, kill, 3_000, "OVERCHARGED", _ => Late(house), RefundState.Expired),
        ["awaiting-evidence-withdraw"] = Unwanted,
        ["awaiting-approval-agree"] = Agree,
        ["awaiting-approval-approve"] = Approve,
        ["awaiting-approval-deny"] = Deny,
        ["awaiting-approval-decline"] = (house, kill) => Ends(house, kill, house.Decline, RefundState.Declined),
        ["awaiting-approval-withdraw"] = (house, kill) => Ends(house, kill, house.Withdraw, RefundState.Withdrawn),
        ["awaiting-approval-expire"] = (house, kill) => Ends(house, kill, _ => Expire(house), RefundState.Expired),
        ["approved-dispatch"] = Settles(),
        ["approved-withdraw"] = WithdrawApproved,
        ["dispatching-settle"] = Settles(),
        ["dispatching-fail"] = Fails,
        ["dispatching-postpone"] = Settles(("error", "FORBIDDEN_CONSECUTIVE_REQUEST")),
        ["dispatching-lose-track"] = Settles(("error", "PROVIDER_ERROR")),
        ["dispatching-accept"] = Accepted(),
        ["unconfirmed-accept"] = Accepted(("stored_error_after_success", "COMMON_ERROR")),
        ["pending-at-gateway-settle"] = (house, kill) =>
            EndsPending(house, kill, RefundState.Settled, key => house.Gateway.Complete(key)),
        ["pending-at-gateway-fail"] = (house, kill) =>
            EndsPending(house, kill, RefundState.Failed, key => house.Gateway.Return(key)),
        ["pending-at-gateway-probe-later"] = (house, kill) =>
            EndsPending(house, kill, RefundState.PendingAtGateway, _ => Task.CompletedTask),
        ["pending-at-gateway-hand-over"] = (house, kill) =>
            EndsPending(house, kill, RefundState.UnderReview, _ => Task.CompletedTask),
        ["unconfirmed-settle"] = Settles(("stored_error_after_success", "COMMON_ERROR")),
        ["unconfirmed-probe-later"] = ProbeLater,
        ["unconfirmed-dispatch-again"] = Settles(("error", "PROVIDER_ERROR")),
        ["unconfirmed-hand-over"] = HandOver,
        ["under-review-settle"] = SettleReviewed,
        ["under-review-witness"] = (house, kill) => Resolve(house, kill, killAtFirst: true),
        ["under-review-let-go"] = (house, kill) => Resolve(house, kill, killAtFirst: false),
        ["settled-return"] = Return,
        ["returned-close"] = Replace,
    };

    /// <summary>A refund that meets such faults and is settled all the same.</summary>
    private static Scene Settles(params (string Kind, string Code)[] faults) =>
        async (house, kill) =>
        {
            var payment = await house.Pay(5_000);
            foreach (var (kind, code) in faults)
            {
                await house.Gateway.Fault(kind, payment.GatewayPaymentKey, code: code);
            }
            Refund? refund = null;
            await kill(async () => refund = await house.Ask(payment, 3_000));
            await house.Until(refund!, RefundState.Settled);
        };

    /// <summary>Hints ask besides and spend faults, so that there are always some left until the refund's own question
    /// was answered by one.</summary>
    private static async Task ProbeLater(KillHouse house, Func<Func<Task>, Task> kill)
    {
        const int Spare = 10;
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "PROVIDER_ERROR");
        await house.Gateway.Fault("query_error", payment.GatewayPaymentKey, Spare);
        Refund? refund = null;
        await kill(async () =>
        {
            using var patience = new CancellationTokenSource(Poll.Patience);
            var starts = house.Starts;
            refund = await house.Ask(payment, 3_000);
            while (house.Starts == starts)
            {
                if (await house.Gateway.Planned(payment.GatewayPaymentKey) < Spare)
                {
                    await house.Gateway.Fault("query_error", payment.GatewayPaymentKey, Spare);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(5), patience.Token);
            }
        });
        await house.Until(refund!, RefundState.Settled);
    }

    private static async Task Together(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var refunds = new List<Refund>();
        await kill(async () =>
        {
            var starts = house.Starts;
            // The first of a round goes alone, and those that come meanwhile together.
            while (house.Starts == starts)
            {
                var payments = new List<Payment>();
                for (var n = 0; n < 8; n++)
                {
                    payments.Add(await house.Pay(5_000));
                }
                refunds.AddRange(await Task.WhenAll(payments.Select(payment => house.Ask(payment, 2_000))));
            }
        });
        foreach (var refund in refunds)
        {
            await house.Until(refund, RefundState.Settled);
        }
    }

    private static async Task Agree(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var refund = await house.Ask(await house.Pay(90_000), 60_000);
        await kill(() => house.Approve(refund));
        await house.Approve(refund, asOfficer: true);
        Assert.Equal(2, (await house.Until(refund, RefundState.Settled)).Approvals.Count);
    }

    private static async Task Approve(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var refund = await house.Ask(await house.Pay(50_000), 20_000);
        await kill(() => house.Approve(refund));
        Assert.Single((await house.Until(refund, RefundState.Settled)).Approvals);
    }

    /// <summary>Who asked is suspended before the lead agrees.</summary>
    private static async Task Deny(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var agent = NewPerson();
        await house.Enrol(agent, MemberRole.Agent);
        var refund = await house.Ask(await house.Pay(50_000), 20_000, agent);
        await house.Enrol(agent, MemberRole.Agent, MemberState.Suspended);
        await kill(() => house.Approve(refund));
        await house.Until(refund, RefundState.Denied);
    }

    private static async Task Ends(
        KillHouse house,
        Func<Func<Task>, Task> kill,
        Func<Refund, Task> deed,
        RefundState end
    )
    {
        var refund = await house.Ask(await house.Pay(50_000), 20_000);
        await kill(() => deed(refund));
        await house.Until(refund, end);
    }

    private static Task Expire(KillHouse house)
    {
        house.Move(RefundFlow.ApprovalLife);
        return Task.CompletedTask;
    }

    /// <summary>A stop reaches what waits because another refund of its payment is at the gateway.</summary>
    private static async Task WithdrawApproved(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var (payment, first) = await Pending(house);
        var second = await house.Ask(payment, 1_000);
        await kill(house.Suspend);
        await house.Until(second, RefundState.Withdrawn);
        await house.Resume();
        await house.Gateway.Complete(payment.GatewayPaymentKey);
        await house.Until(first, RefundState.Settled);
    }

    private static async Task Fails(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var payment = await house.Pay(5_000);
        // As often as it is sent anew: the second attempt's refusal is no proof for a minute.
        await house.Gateway.Fault("error", payment.GatewayPaymentKey, times: 100, code: "NOT_CANCELABLE_PAYMENT");
        Refund? refund = null;
        await kill(async () => refund = await house.Ask(payment, 3_000));
        await house.Until(refund!, RefundState.Failed);
    }

    private static Scene Accepted(params (string Kind, string Code)[] faults) =>
        async (house, kill) =>
        {
            var payment = await house.Pay(5_000);
            await house.Gateway.Fault("pending", payment.GatewayPaymentKey);
            foreach (var (kind, code) in faults)
            {
                await house.Gateway.Fault(kind, payment.GatewayPaymentKey, code: code);
            }
            Refund? refund = null;
            await kill(async () => refund = await house.Ask(payment, 3_000));
            await house.Until(refund!, RefundState.PendingAtGateway);
            await house.Gateway.Complete(payment.GatewayPaymentKey);
            await house.Until(refund!, RefundState.Settled);
        };

    private static async Task EndsPending(
        KillHouse house,
        Func<Func<Task>, Task> kill,
        RefundState end,
        Func<string, Task> deed
    )
    {
        var (payment, refund) = await Pending(house);
        await kill(() => deed(payment.GatewayPaymentKey));
        await house.Until(refund, end);
        if (end is RefundState.PendingAtGateway or RefundState.UnderReview)
        {
            await house.Gateway.Complete(payment.GatewayPaymentKey);
            await house.Until(refund, RefundState.Settled);
        }
    }

    private static async Task<(Payment Payment, Refund Refund)> Pending(KillHouse house)
    {
        var payment = await house.Pay(5_000);
        await house.Gateway.Fault("pending", payment.GatewayPaymentKey);
        var refund = await house.Ask(payment, 3_000);
        return (payment, await house.Until(refund, RefundState.PendingAtGateway));
    }
}
