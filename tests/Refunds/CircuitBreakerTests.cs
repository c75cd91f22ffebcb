using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Support;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What is spared a gateway that is away, and that nothing is lost by it.</summary>
public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeClock clock = new();

    [Fact]
    public void Five_failures_in_a_row_open_it_and_an_answer_in_between_does_not_count_them_together()
    {
        var breaker = New();
        Fail(breaker, CircuitBreaker.FailuresMax - 1);
        breaker.Tell(answered: true);
        Fail(breaker, CircuitBreaker.FailuresMax - 1);
        Assert.Null(breaker.Enter());

        Fail(breaker, 1);

        Assert.Equal(clock.GetUtcNow() + CircuitBreaker.ShortestPause, breaker.Enter());
    }

    [Fact]
    public void After_the_pause_one_goes_first_and_its_answer_lets_all_through()
    {
        var breaker = Opened();
        clock.Advance(CircuitBreaker.ShortestPause);

        Assert.Null(breaker.Enter());
        Assert.NotNull(breaker.Enter());
        breaker.Tell(answered: true);

        Assert.Null(breaker.Enter());
        Assert.Null(breaker.Enter());
        // It is as it was at first: a single failure opens nothing.
        Fail(breaker, 1);
        Assert.Null(breaker.Enter());
    }

    [Fact]
    public void Each_first_call_in_vain_doubles_the_pause_up_to_a_minute()
    {
        var breaker = Opened();
        var pauses = new List<double>();
        foreach (var unused in Enumerable.Range(0, 6))
        {
            clock.Advance(breaker.Enter()!.Value - clock.GetUtcNow());
            Assert.Null(breaker.Enter());
            Fail(breaker, 1);
            pauses.Add((breaker.Enter()!.Value - clock.GetUtcNow()).TotalSeconds);
        }

        Assert.Equal([10, 20, 40, 60, 60, 60], pauses);
    }

    [Fact]
    public void Calls_that_were_under_way_when_it_opened_do_not_lengthen_the_pause()
    {
        var breaker = Opened();
        Fail(breaker, 8);

        Assert.Equal(clock.GetUtcNow() + CircuitBreaker.ShortestPause, breaker.Enter());
    }

    [Fact]
    public void Who_goes_first_and_makes_no_call_lets_another_go_first()
    {
        var breaker = Opened();
        clock.Advance(CircuitBreaker.ShortestPause);
        Assert.Null(breaker.Enter());

        breaker.Leave();

        Assert.Null(breaker.Enter());
        // And who is never heard of again holds up nobody for long.
        clock.Advance(CircuitBreaker.FirstPatience);
        Assert.Null(breaker.Enter());
    }

    [Fact]
    public async Task While_it_is_open_nothing_is_sent_or_asked_and_then_everything_settles()
    {
        await using var house = await OpenWithDelegation();
        var lost = await OpenedBy(house);
        var payment = await house.Pay(5_000);

        var refund = await house.Ask(payment, 3_000);
        await UntilPutOff(house, refund);

        Assert.Equal(
            (RefundState.Approved, 0),
            (await house.Get(refund.Name) is var now ? (now.State, now.AttemptCount) : default)
        );
        using var http = new HttpClient();
        Assert.Contains(
            "mobility_gateway_circuit_open{gateway=\"payments\"} ",
            await http.GetStringAsync(new Uri(house.Service.Http, "metrics")),
            StringComparison.Ordinal
        );
        // The questions of the schedule come and are not asked; they count, so a person is reached within a day.
        house.Service.Clock.Advance(TimeSpan.FromSeconds(2));
        await house.Until(
            async () => (await house.Get(lost[0].Name)).GatewayCode == CircuitBreaker.Open,
            CircuitBreaker.Open
        );
        Assert.Equal(RefundState.Unconfirmed, (await house.Get(lost[0].Name)).State);
        Assert.Equal(0, (await house.Get(refund.Name)).AttemptCount);

        foreach (var one in lost.Append(refund))
        {
            await house.Until(one.Name, RefundState.Settled, Second);
        }
        Assert.Equal((0L, 8_000L, 0L, 0L), await house.Held());
    }

    [Fact]
    public async Task A_stop_withdraws_what_waits_for_the_gateway_to_come_back()
    {
        await using var house = await Open();
        var delegation = await house.Grant();
        await OpenedBy(house);
        var refund = await house.Ask(await house.Pay(5_000), 3_000);
        await UntilPutOff(house, refund);

        await house.Rpc.RevokeDelegationAsync(RevokeDelegationTests.Stopping(delegation), house.AsOfficer);

        Assert.Equal(0, (await house.Until(refund.Name, RefundState.Withdrawn, Second)).AttemptCount);
    }

    /// <summary>Refunds of 1,000 won of which nobody knows what became, so many that the gateway counts as
    /// away.</summary>
    private static async Task<List<Refund>> OpenedBy(RefundsHouse house)
    {
        var lost = new List<Refund>();
        for (var n = 0; n < CircuitBreaker.FailuresMax; n++)
        {
            var payment = await house.Pay(5_000);
            await house.Gateway.Fault("error", payment.GatewayPaymentKey, code: "COMMON_ERROR");
            lost.Add(await house.Ask(payment, 1_000));
            await house.Until(lost[^1].Name, RefundState.Unconfirmed);
        }
        return lost;
    }

    private static Task UntilPutOff(RefundsHouse house, Refund refund) =>
        house.Until(
            async () =>
                (
                    await house.Rows<DateTimeOffset>(
                        """SELECT next_time FROM refund WHERE refund_id = @id""",
                        new { id = Guid.Parse(refund.Name.Split('/')[^1]) }
                    )
                )[0] > house.Now,
            "a later time"
        );

    private CircuitBreaker New() => new("a-test", clock);

    private CircuitBreaker Opened()
    {
        var breaker = New();
        Fail(breaker, CircuitBreaker.FailuresMax);
        return breaker;
    }

    private static void Fail(CircuitBreaker breaker, int times)
    {
        for (var n = 0; n < times; n++)
        {
            breaker.Tell(answered: false);
        }
    }
}
