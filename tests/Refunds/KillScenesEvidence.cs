using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What leads to the commits of a refund that waited for evidence.</summary>
public static partial class KillScenes
{
    private static async Task Evidence(
        KillHouse house,
        Func<Func<Task>, Task> kill,
        long won,
        string reason,
        Func<Payment, Task> comes,
        RefundState end
    )
    {
        var payment = await house.Pay(50_000);
        var refund = await house.Ask(payment, won, reason: reason);
        Assert.Equal(RefundState.AwaitingEvidence, refund.State);
        await kill(() => comes(payment));
        await house.Until(refund, end);
    }

    private static Task Late(KillHouse house)
    {
        house.Move(RefundFlow.EvidenceLife);
        return Task.CompletedTask;
    }

    private static async Task Unwanted(KillHouse house, Func<Func<Task>, Task> kill)
    {
        var refund = await house.Ask(await house.Pay(50_000), 3_000, reason: "OVERCHARGED");
        Refund? taken = null;
        await kill(async () => taken = await house.Withdraw(refund));
        Assert.Equal(RefundState.Withdrawn, taken!.State);
    }
}
