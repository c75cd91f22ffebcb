using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;

namespace Mobility.Tests.Refunds;

/// <summary>A wish to compare a payment with the gateway's record is kept until it was compared.</summary>
public sealed class PaymentCheckTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_wish_whose_question_gets_no_answer_is_followed_after_a_pause()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.ConsoleCancel(payment.GatewayPaymentKey, 2_000);
        await using var away = await SlowGateway.Start(house, () => throw new InvalidOperationException("away"));
        await Want(house, payment);

        await new ReconcilePayments().Follow(away.Job());
        await new ReconcilePayments().Follow(away.Job());
        Assert.Equal(1, away.Asked);
        house.Service.Clock.Advance(Minute);

        await UntilCompared(house, external: 2_000);
    }

    [Fact]
    public async Task A_wish_whose_follower_dies_with_the_question_is_followed_by_another()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await house.Gateway.ConsoleCancel(payment.GatewayPaymentKey, 2_000);
        using var life = new CancellationTokenSource();
        await using var gateway = await SlowGateway.Start(house, life.CancelAsync);
        await Want(house, payment);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ReconcilePayments().Follow(gateway.Job() with { Token = life.Token })
        );
        house.Service.Clock.Advance(Minute);

        await UntilCompared(house, external: 2_000);
    }

    [Fact]
    public async Task A_wish_that_comes_during_the_comparison_outlives_it()
    {
        await using var house = await OpenWithDelegation();
        var payment = await house.Pay(5_000);
        await using var gateway = await SlowGateway.Start(house, () => Want(house, payment));
        await Want(house, payment);

        await new ReconcilePayments().Follow(gateway.Job());

        var (_, pause) = Assert.Single(await Pauses(house));
        Assert.Equal(RereadTable.Pause, pause);
        house.Service.Clock.Advance(RereadTable.Pause);
        await UntilCompared(house, external: 0);
    }

    [Fact]
    public async Task A_gateway_that_stays_away_is_asked_at_growing_pauses_and_given_up_at_last()
    {
        await using var house = await Open(new Uri("http://127.0.0.1:9"));
        house.Service.ErrorsExpected = true;
        await Want(house, await house.Pay(5_000));

        foreach (var minutes in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            await house.Until(async () => (await Pauses(house))[0].CheckTime == house.Now, "the question of that time");
            Assert.Equal(minutes * Minute, (await Pauses(house))[0].Pause);
            house.Service.Clock.Advance(minutes * Minute);
        }
        await house.Rows<int>("""UPDATE payment_check SET want_time = check_time, try_count = 359""");
        await UntilCompared(house, external: 0);

        Assert.Contains(
            house.Service.LogLines,
            line => line.Contains("could not be compared", StringComparison.Ordinal)
        );
    }

    private static Task Want(RefundsHouse house, Payment payment) =>
        house.Service.Db.InTransaction(
            TestIssuer.Client,
            tx => PaymentCheckTable.Want(tx, Guid.Parse(payment.Name.Split('/')[^1])),
            CancellationToken.None
        );

    /// <summary>When each payment was asked about last, and how long after that it is wished for again.</summary>
    private static Task<IReadOnlyList<(DateTimeOffset? CheckTime, TimeSpan? Pause)>> Pauses(RefundsHouse house) =>
        house.Rows<(DateTimeOffset?, TimeSpan?)>("""SELECT check_time, want_time - check_time FROM payment_check""");

    /// <summary>The wish has ended, with so much in the books that was paid back past us.</summary>
    private static async Task UntilCompared(RefundsHouse house, long external)
    {
        await house.Until(async () => (await Pauses(house)).All(check => check.Pause is null), "the end of the wish");
        Assert.Equal([external], await house.Rows<long>("""SELECT external FROM payment"""));
    }
}
