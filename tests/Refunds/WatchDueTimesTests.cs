using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>
/// The house opens on Monday 2 March 2026, a substitute holiday: what is asked for then has to be back when Thursday
/// ends, at 15:00 UTC of 5 March.
/// </summary>
public sealed class WatchDueTimesTests
{
    private static readonly DateTimeOffset Due = new(2026, 3, 5, 15, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Each_alert_is_given_once_and_no_agreement_that_is_awaited_stops_the_clock()
    {
        await using var house = await OpenWithTiers();
        var refund = await Claim(house, 20_000);
        Assert.Equal(RefundState.AwaitingApproval, refund.State);
        Assert.Equal(Due, refund.DueTime.ToDateTimeOffset());
        Assert.Matches("^2027-3:[0-9a-f]{64}$", refund.CalendarVersion);

        await Expire(house, refund);
        await At(house, Due.AddHours(-24) - Millisecond);
        Assert.Empty(await Alerts(house));
        await At(house, Due.AddHours(-24));
        Assert.Equal([(DueAlert.DayBefore, RefundState.Expired, null)], await Alerts(house));
        await At(house, Due.AddHours(-4) - Millisecond);
        Assert.Single(await Alerts(house));
        await At(house, Due.AddHours(-4));
        await At(house, Due - Millisecond);
        Assert.Equal([DueAlert.DayBefore, DueAlert.HoursBefore], (await Alerts(house)).Select(given => given.Alert));
        Assert.Null((await house.Get(refund.Name)).LateInterest);
        await At(house, Due);
        await At(house, Due.AddDays(1));

        // 20,000 won at 15 % a year are 8.22 won a day, and an estimate is never too low.
        Assert.Equal(
            [DueAlert.DayBefore, DueAlert.HoursBefore, DueAlert.Overdue],
            (await Alerts(house)).Select(given => given.Alert)
        );
        Assert.Equal(Won(9), (await Alerts(house))[^1].Interest);
        Assert.Equal(
            [("DayBefore", (long?)null), ("HoursBefore", null), ("Overdue", 9)],
            await house.Rows<(string, long?)>("""SELECT alert, late_interest FROM due_alert ORDER BY create_time""")
        );
        Assert.Equal(Won(17), (await house.Get(refund.Name)).LateInterest);
        var byRider = await house.Rpc.GetRefundAsync(new() { Name = refund.Name }, house.AsRider);
        Assert.Null(byRider.LateInterest);
    }

    [Fact]
    public async Task What_was_counted_when_it_was_asked_for_stays()
    {
        await using var house = await OpenWithTiers();
        var refund = await Claim(house, 20_000);
        // As counted by a calendar of which this build knows nothing.
        await house.Rows<int>(
            """
            WITH changed AS (
                UPDATE refund SET due_time = '2026-03-09T15:00:00Z', decision = decision::jsonb
                    || '{"dueTime":"2026-03-09T15:00:00Z","calendarVersion":"earlier:0"}' RETURNING 1)
            SELECT count(*)::int FROM changed
            """
        );

        var approved = await house.Approve(refund, house.AsLead);

        Assert.Equal("2026-03-09T15:00:00Z earlier:0", $"{Text(approved)} {approved.CalendarVersion}");
        Assert.Null(approved.Decision.DueTime);
        Assert.Equal(
            [Due.AddDays(4)],
            await house.Rows<DateTimeOffset>("""SELECT due_time FROM refund WHERE due_time IS NOT NULL""")
        );
        await At(house, Due);
        Assert.Empty(await Alerts(house));
    }

    [Fact]
    public async Task An_answer_ends_the_clock_and_silence_a_stop_or_a_favour_does_not_count_as_one()
    {
        await using var house = await Open();
        var delegation = await house.GrantTiers();
        var favour = await house.AskForLead();
        var declined = await Claim(house, 20_000);
        await house.Decline(declined, house.AsLead);
        var takenBack = await Claim(house, 20_000);
        await house.Withdraw(takenBack);
        var denied = await Claim(house, 49_999, captured: 49_998);
        var paid = await Claim(house, 3_000, customer: NewRider());
        await house.Until(paid.Name, RefundState.Settled);
        await At(house, Due.AddHours(-24));
        Assert.Equal((null, RefundState.Denied), (favour.DueTime, denied.State));
        Assert.Empty(await Alerts(house));

        var stopped = await Claim(house, 20_000);
        await house.Suspend(delegation);
        await house.Until(stopped.Name, RefundState.Withdrawn);
        var due = stopped.DueTime.ToDateTimeOffset();
        await At(house, due);

        Assert.Contains((DueAlert.Overdue, RefundState.Withdrawn, Won(9)), await Alerts(house));
        Assert.Equal(
            [Won(9), null],
            new[] { await house.Get(stopped.Name), await house.Get(takenBack.Name) }.Select(one => one.LateInterest)
        );
        Assert.Equal([stopped.Name], (await Events(house)).Select(evt => evt.Refund.Refund).Distinct());
    }

    [Fact]
    public async Task What_its_claimant_took_back_is_over_whatever_becomes_of_the_delegation_later()
    {
        await using var house = await Open();
        var delegation = await house.GrantTiers();
        var takenBack = await Claim(house, 20_000);
        await house.Withdraw(takenBack);
        await house.Suspend(delegation);

        await At(house, Due);

        Assert.Empty(await Alerts(house));
        Assert.Equal(["NotOwed"], await house.Rows<string>("""SELECT alert FROM due_alert"""));
    }

    [Fact]
    public async Task What_nobody_answered_is_over_once_it_was_asked_for_again_and_paid()
    {
        await using var house = await OpenWithTiers();
        var payment = await Paid(house, 50_000);
        var first = await house.Ask(payment, 20_000, "OVERCHARGED");
        await Expire(house, first);
        var again = await house.Ask(payment, 20_000, "OVERCHARGED");
        await house.Approve(again, house.AsLead);
        await house.Until(again.Name, RefundState.Settled);

        await At(house, Due);
        await At(house, Due.AddDays(1));

        Assert.Empty(await Alerts(house));
        Assert.Equal(["NotOwed"], await house.Rows<string>("""SELECT alert FROM due_alert"""));
    }

    [Fact]
    public async Task One_that_is_damaged_keeps_no_other_from_its_alert()
    {
        await using var house = await OpenWithTiers();
        house.Service.ErrorsExpected = true;
        var damaged = await Claim(house, 20_000);
        var other = await Claim(house, 20_000);
        await Expire(house, other);
        await house.Rows<int>(
            """
            WITH changed AS (
                UPDATE refund SET debits = '0' WHERE refund_id = @Id::uuid RETURNING 1)
            SELECT count(*)::int FROM changed
            """,
            new { Id = damaged.Name.Split('/')[^1] }
        );

        await At(house, Due.AddHours(-24));

        Assert.Equal([other.Name], (await Events(house)).Select(evt => evt.Refund.Refund));
        Assert.Contains(
            house.Service.LogLines,
            line =>
                line.Contains(damaged.Name.Split('/')[^1], StringComparison.Ordinal)
                && line.Contains("cannot be told", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_quote_tells_the_time_that_it_would_have()
    {
        await using var house = await OpenWithDelegation();
        var payment = await Paid(house, 5_000);

        var claim = await house.Quote(Asking(payment, 1_000, "OVERCHARGED"), house.AsAgent);
        var favour = await house.Quote(Asking(payment, 1_000), house.AsAgent);

        Assert.Equal(Due, claim.Decision.DueTime.ToDateTimeOffset());
        Assert.Equal((null, ""), (favour.Decision.DueTime, favour.Decision.CalendarVersion));
    }

    private static async Task<Payment> Paid(RefundsHouse house, long won, string? customer = null)
    {
        var ride = NewRide();
        await house.Deliver(house.RideOf(ride, meters: 900));
        return await house.Pay(won, ride, customer);
    }

    /// <summary>Money that is owed: more was charged than the ride costs.</summary>
    [Fact]
    public async Task What_is_closed_is_owed_still_when_less_is_in_its_place_or_what_is_came_back_too()
    {
        await using var house = await OpenWithDelegation();
        var owed = new List<string>();
        foreach (var (won, again) in new[] { (3_000, false), (1_000, false), (3_000, true) })
        {
            var payment = await Paid(house, 3_000, NewRider());
            var claim = await ReplacementTests.Returned(house, payment, await house.Ask(payment, 3_000, "OVERCHARGED"));
            var other = await house.Rpc.CreateRefundAsync(
                ReplacementTests.InPlaceOf(claim, payment, won),
                house.AsAgent
            );
            await house.Until(other.Name, RefundState.Settled, TimeSpan.FromSeconds(1));
            Assert.Equal(RefundState.Closed, (await house.Get(claim.Name)).State);
            if (again)
            {
                await ReplacementTests.Returned(house, payment, other);
            }
            owed.AddRange(again || won < 3_000 ? [claim.Name] : []);
        }

        await At(house, Due);

        Assert.Equal(owed.Order(), (await Events(house)).Select(evt => evt.Refund.Refund).Order());
    }

    private static async Task<Refund> Claim(
        RefundsHouse house,
        long won,
        long captured = 50_000,
        string? customer = null
    ) => await house.Ask(await Paid(house, captured, customer), won, "OVERCHARGED");

    /// <summary>Nobody answers for a day; the clock is little beyond it then.</summary>
    private static async Task Expire(RefundsHouse house, Refund refund)
    {
        house.Service.Clock.Advance(RefundFlow.ApprovalLife);
        await house.Until(refund.Name, RefundState.Expired, TimeSpan.FromSeconds(1));
    }

    /// <summary>Two processes look at the instant, besides the house's own.</summary>
    private static async Task At(RefundsHouse house, DateTimeOffset now)
    {
        house.Service.Clock.Advance(now - house.Now);
        await Task.WhenAll(WatchDueTimes.Run(house.Service.Job()), WatchDueTimes.Run(house.Service.Job()));
    }

    private static async Task<IReadOnlyList<RefundDueAlerted>> Events(RefundsHouse house) =>
        [
            .. (await house.Service.Events())
                .Where(evt => evt.Type == RefundDueAlerted.Descriptor.FullName)
                .Select(evt => RefundDueAlerted.Parser.ParseJson(evt.Data)),
        ];

    private static async Task<IReadOnlyList<(DueAlert Alert, RefundState State, Type.V1.Money? Interest)>> Alerts(
        RefundsHouse house
    ) => [.. (await Events(house)).Select(evt => (evt.Alert, evt.Refund.State, evt.LateInterest))];

    private static string Text(Refund refund) =>
        refund.DueTime.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", null);
}
