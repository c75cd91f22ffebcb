using System.Globalization;
using Mobility.Holidays;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

/// <summary>
/// The last millisecond of 2026 in Seoul, a Thursday, and the first instant of 2027, in each rule that says day, week,
/// month or hour of the day. In UTC both lie within one day.
/// </summary>
public sealed class YearEndTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly DateTimeOffset Last = At("2026-12-31T23:59:59.999+09:00");
    private static readonly DateTimeOffset First = At("2027-01-01T00:00:00.000+09:00");

    [Theory]
    [InlineData(BudgetWindow.CalendarDay, "2026-12-31", "2027-01-01")]
    // The week runs from Monday and does not turn with the year.
    [InlineData(BudgetWindow.CalendarWeek, "2026-12-28", "2026-12-28")]
    [InlineData(BudgetWindow.CalendarMonth, "2026-12-01", "2027-01-01")]
    public void A_budget_begins_anew_when_its_window_turns_in_seoul(BudgetWindow window, string before, string after)
    {
        Assert.Equal(Midnight(before), Slot(window, Last).Bucket);
        Assert.Equal(Midnight(after), Slot(window, First).Bucket);
        // A window ends where the next one begins: no instant is in two or in none.
        Assert.Equal(before == after ? At("2027-01-04T00:00+09:00") : First, Slot(window, Last).Until);
    }

    [Theory]
    [InlineData(BudgetWindow.CalendarDay, true)]
    [InlineData(BudgetWindow.CalendarWeek, false)]
    [InlineData(BudgetWindow.CalendarMonth, true)]
    [InlineData(BudgetWindow.Lifetime, false)]
    public void What_was_used_up_last_year_is_there_again_only_if_the_window_turned(BudgetWindow window, bool there)
    {
        var budget = Daily with { Window = window, LimitAmount = 3_000, LimitCount = 1 };
        var taken = Slot(window, Last);
        var now = Slot(window, First);
        var use = taken.Bucket >= now.From && (now.Until is null || taken.Bucket < now.Until) ? 3_000L : 0;

        var decision = Decide(
            PolicyOf(AgentPermit).With(budget),
            On(First) with
            {
                Uses = Used("daily", use, use > 0 ? 1 : 0),
            }
        );

        Assert.Equal(there, decision.Allowed);
    }

    [Fact]
    public void Rolling_hours_know_no_midnight()
    {
        var rolling = Daily with { Window = BudgetWindow.RollingHours, WindowHours = 24 };

        var (before, after) = (BudgetSlot.Of(rolling, On(Last))!, BudgetSlot.Of(rolling, On(First))!);

        Assert.Equal(TimeSpan.FromHours(1), after.Bucket - before.Bucket);
        Assert.True(before.Bucket >= after.From);
    }

    [Theory]
    [InlineData(4, 1_380, 1_440, true, false)] // Thursday 23:00-24:00
    [InlineData(5, 0, 60, false, true)] // Friday 00:00-01:00
    [InlineData(4, 0, 1_440, true, false)]
    [InlineData(5, 0, 1_440, false, true)]
    [InlineData(4, 0, 1_439, false, false)] // the last minute is not in it
    public void A_clauses_window_is_of_the_day_in_seoul(int day, int start, int end, bool last, bool first)
    {
        var policy = PolicyOf(AgentPermit with { Windows = [new([day], start, end)] });

        Assert.Equal((last, first), (Decide(policy, On(Last)).Allowed, Decide(policy, On(First)).Allowed));
    }

    [Fact]
    public void A_rides_age_is_of_hours_and_not_of_days()
    {
        var policy = PolicyOf(AgentPermit with { MaxRideAgeHours = 24 });
        var ride = Facts.Ride! with { StartTime = Last.AddHours(-24) };

        Assert.True(Decide(policy, On(Last) with { Ride = ride }).Allowed);
        Assert.Equal([Codes.RideTooOld], Decide(policy, On(First) with { Ride = ride }).FailedCodes());
    }

    [Fact]
    public void The_time_by_law_is_the_same_on_both_sides_as_new_years_day_is_a_holiday()
    {
        var due = At("2027-01-07T00:00+09:00");

        Assert.Equal(
            (due, due),
            (
                StatutoryClock.DueOf(On(Last), HolidayCalendar.Shipped),
                StatutoryClock.DueOf(On(First), HolidayCalendar.Shipped)
            )
        );
        Assert.Equal(
            At("2027-01-06T00:00+09:00"),
            StatutoryClock.Due(At("2026-12-30T23:59:59.999+09:00"), Seoul, HolidayCalendar.Shipped)
        );
    }

    [Theory]
    [InlineData("2026-12-01T00:00:00.000+09:00")]
    [InlineData("2026-12-31T23:59:59.999+09:00")]
    public void A_mobile_bill_closes_with_the_month_and_what_is_open_instead_is_told(string paid)
    {
        var policy = PolicyOf(AgentPermit with { Id = "all", Tier = Tier.T1 }, AgentPermit);

        var before = Decide(policy, Carrier(Last, paid));
        var after = Decide(policy, Carrier(First, paid));

        Assert.True(before.Allowed);
        Assert.Empty(before.Instead);
        Assert.Equal([Codes.GatewayDeadlinePassed], after.FailedCodes());
        Assert.Equal([RefundAction.Coupon, RefundAction.RidePass, RefundAction.FeeWaiver], after.Instead.ToArray());
        // Nobody can allow what the carrier does not do.
        Assert.Empty(after.AllowedBy);
    }

    [Fact]
    public void What_is_open_instead_is_only_what_a_permit_allows()
    {
        var money = AgentPermit with { Actions = [RefundAction.CardRefund] };
        var coupon = AgentPermit with { Id = "coupons", Actions = [RefundAction.Coupon], MaxAmount = 2_999 };
        var late = Carrier(First, "2026-12-31T12:00:00.000+09:00");

        Assert.Empty(Decide(PolicyOf(money, coupon), late).Instead);
        var enough = coupon with { MaxAmount = 3_000, Tier = Tier.T1 };
        Assert.Equal([RefundAction.Coupon], Decide(PolicyOf(money, enough), late).Instead.ToArray());
    }

    [Theory]
    [InlineData(Instrument.Card)]
    [InlineData(Instrument.EasyPay)]
    public void Other_payments_have_no_month(Instrument instrument)
    {
        var facts = Carrier(First, "2026-12-01T00:00:00.000+09:00");
        facts = facts with { Payment = facts.Payment! with { Instrument = instrument } };

        Assert.True(Decide(PolicyOf(AgentPermit), facts).Allowed);
    }

    private static RefundFacts On(DateTimeOffset now) =>
        Facts with
        {
            Now = now,
            Delegation = Facts.Delegation! with { StartTime = now.AddDays(-30), ExpireTime = now.AddDays(30) },
            Ride = Facts.Ride! with { StartTime = now.AddHours(-2) },
            Payment = Facts.Payment! with { ApproveTime = now.AddHours(-2) },
        };

    private static RefundFacts Carrier(DateTimeOffset now, string paid)
    {
        var facts = On(now);
        return facts with
        {
            Payment = facts.Payment! with { Instrument = Instrument.MobileCarrier, ApproveTime = At(paid) },
        };
    }

    private static BudgetSlot Slot(BudgetWindow window, DateTimeOffset now) =>
        BudgetSlot.Of(Daily with { Window = window }, On(now))!;

    private static DateTimeOffset Midnight(string day) => At(day + "T00:00:00+09:00");

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
