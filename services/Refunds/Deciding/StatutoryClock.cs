using Mobility.Holidays;
using Mobility.Refunds.V1;

namespace Mobility.Refunds;

/// <summary>
/// The clock that the law runs for money that is owed: three business days (E-Commerce Act, article 18), then interest.
/// Pure functions. Whatever we do meanwhile, such as asking a second person, stops nothing.
/// </summary>
public static class StatutoryClock
{
    private const int BusinessDays = 3;

    /// <summary>Per cent a year; decree of the E-Commerce Act, article 21-3.</summary>
    private const int InterestRate = 15;
    private const int DaysOfYear = 365;

    /// <summary>A day's warning: one business day is left to do something.</summary>
    public static readonly TimeSpan DayBefore = TimeSpan.FromHours(24);

    /// <summary>The last warning: half a shift, and the gateway still answers.</summary>
    public static readonly TimeSpan HoursBefore = TimeSpan.FromHours(4);

    /// <summary>When what is asked for first has to be back; null for a favour, for what has no amount, and when it was
    /// asked for before and now is agreed to or has its evidence.</summary>
    public static DateTimeOffset? DueOf(RefundFacts facts, HolidayCalendar calendar) =>
        facts is { Agreed.IsEmpty: true, AskedBefore: false }
        && Actions.HasAmount(facts.Request.Action)
        && ReasonCatalogue.Current.Find(facts.Request.Reason) is { IsClaim: true }
            ? Due(facts.Now, ClientTime.Zone(facts.Zone), calendar)
            : null;

    /// <summary>
    /// The end, exclusive, of the third business day after the day of the instant; that day itself does not count.
    /// Saturdays, Sundays and holidays are none. A holiday that the calendar does not know is counted: then the time is
    /// too early and never too late.
    /// </summary>
    public static DateTimeOffset Due(DateTimeOffset asked, TimeZoneInfo zone, HolidayCalendar calendar)
    {
        var day = ClientTime.DateOf(asked, zone);
        for (var counted = 0; counted < BusinessDays; )
        {
            day = day.AddDays(1);
            counted += IsBusinessDay(day, calendar) ? 1 : 0;
        }
        return ClientTime.StartOf(day.AddDays(1), zone);
    }

    /// <summary>The alert that has been reached; unspecified before the first.</summary>
    public static DueAlert Alert(DateTimeOffset due, DateTimeOffset now) =>
        now >= due ? DueAlert.Overdue
        : now >= due - HoursBefore ? DueAlert.HoursBefore
        : now >= due - DayBefore ? DueAlert.DayBefore
        : DueAlert.Unspecified;

    /// <summary>
    /// Is it owed still? A no that a person or the delegation said is an answer, and who took it back waits for none;
    /// silence, a stop and a gateway that refuses are none, until something else made good as much.
    /// </summary>
    /// <param name="refund">The refund.</param>
    /// <param name="madeGood">What was made good otherwise since it was asked for.</param>
    public static bool IsOwed(Refund refund, long madeGood) =>
        refund.State switch
        {
            RefundState.Settled or RefundState.Denied or RefundState.Declined => false,
            RefundState.Withdrawn => refund.WithdrawnBy.Length == 0 && madeGood < refund.Amount,
            RefundState.Expired or RefundState.Failed or RefundState.Returned => madeGood < refund.Amount,
            // What is in its place may be less, or may have come back too.
            RefundState.Closed => madeGood < refund.Amount,
            _ => true,
        };

    /// <summary>
    /// Estimate of the interest until the instant, in minor units and never too low: a day that has begun counts, and
    /// so does a part of a unit. 0 when it is in time.
    /// </summary>
    public static long Interest(long amount, DateTimeOffset due, DateTimeOffset until, TimeZoneInfo zone)
    {
        if (until < due)
        {
            return 0;
        }
        var days = ClientTime.DateOf(until, zone).DayNumber - ClientTime.DateOf(due, zone).DayNumber + 1;
        const int whole = 100 * DaysOfYear;
        return (long)((((Int128)amount * InterestRate * days) + whole - 1) / whole);
    }

    /// <summary>As <see cref="Interest"/>, of a refund that was read; null when it is in time or not owed.</summary>
    public static long? InterestOf(RefundRow row)
    {
        if (
            row.Decision.DueTime?.ToDateTimeOffset() is not { } due
            || row.ReadTime is not { } read
            || row.Refund
                is { State: RefundState.Denied or RefundState.Declined }
                    or { State: RefundState.Withdrawn, WithdrawnBy.Length: > 0 }
        )
        {
            return null;
        }
        var until = row.Refund.State switch
        {
            RefundState.Settled => row.Refund.SettleTime!.Value,
            // When the one in its place settled.
            RefundState.Closed => row.Refund.UpdateTime,
            _ => read,
        };
        var interest = Interest(row.Refund.Amount, due, until, row.Zone);
        return interest > 0 ? interest : null;
    }

    private static bool IsBusinessDay(DateOnly day, HolidayCalendar calendar) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !calendar.IsHoliday(day);
}
