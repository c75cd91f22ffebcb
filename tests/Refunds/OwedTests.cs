using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using Refund = Mobility.Refunds.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What is owed still, by the law's clock.</summary>
public sealed class OwedTests
{
    [Theory]
    [InlineData(RefundState.Settled, false)]
    [InlineData(RefundState.Denied, false)]
    [InlineData(RefundState.Declined, false)]
    [InlineData(RefundState.Approved, true)]
    [InlineData(RefundState.AwaitingApproval, true)]
    [InlineData(RefundState.UnderReview, true)]
    public void An_answer_ends_it_and_what_is_under_way_does_not(RefundState state, bool owed)
    {
        Assert.Equal(owed, StatutoryClock.IsOwed(In(state), madeGood: 0));
        Assert.Equal(owed, StatutoryClock.IsOwed(In(state), madeGood: 3_000));
    }

    [Theory]
    [InlineData(RefundState.Withdrawn)]
    [InlineData(RefundState.Expired)]
    [InlineData(RefundState.Failed)]
    [InlineData(RefundState.Returned)]
    [InlineData(RefundState.Closed)]
    public void What_came_to_nothing_is_owed_until_as_much_was_made_good(RefundState state)
    {
        Assert.True(StatutoryClock.IsOwed(In(state), madeGood: 2_999));
        Assert.False(StatutoryClock.IsOwed(In(state), madeGood: 3_000));
    }

    [Fact]
    public void Who_took_it_back_is_owed_nothing() =>
        Assert.False(StatutoryClock.IsOwed(In(RefundState.Withdrawn) with { WithdrawnBy = "people/x" }, madeGood: 0));

    [Fact]
    public void Interest_days_before_its_time_is_none() =>
        Assert.Equal(0, StatutoryClock.Interest(20_000, Time, Time.AddDays(-9), TimeZoneInfo.Utc));

    [Fact]
    public void Only_one_that_was_put_off_says_when_it_is_sent_next()
    {
        var approved = In(RefundState.Approved) with { NextTime = Time };

        Assert.Null(approved.NextSendTime);
        Assert.Equal(Time, (approved with { GatewayCode = "PROVIDER_ERROR" }).NextSendTime);
        Assert.Null((approved with { GatewayCode = "TIMEOUT", State = RefundState.Unconfirmed }).NextSendTime);
    }

    private static readonly DateTimeOffset Time = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    private static Refund In(RefundState state) =>
        new()
        {
            ClientId = "gangneung-kick",
            RefundId = Guid.CreateVersion7(Time),
            PaymentId = Guid.CreateVersion7(Time),
            Amount = 3_000,
            DelegationId = Guid.CreateVersion7(Time),
            Epoch = 1,
            Debits = [],
            State = state,
            Revision = 1,
            UpdateTime = Time,
        };
}
