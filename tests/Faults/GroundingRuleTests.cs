using Mobility.Faults;
using Mobility.Faults.V1;
using Xunit;
using Ride = Mobility.Faults.Ride;

namespace Mobility.Tests.Faults;

public sealed class GroundingRuleTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    private static readonly Guid Rider = Guid.CreateVersion7(Now);
    private static readonly Guid OtherRider = Guid.CreateVersion7(Now);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Every combination of the six facts, with the branch written out by hand.</summary>
    public static TheoryData<bool, bool, bool, bool, bool, bool> Matrix()
    {
        var rows = new TheoryData<bool, bool, bool, bool, bool, bool>();
        for (var bits = 0; bits < 64; bits++)
        {
            rows.Add(Bit(bits, 0), Bit(bits, 1), Bit(bits, 2), Bit(bits, 3), Bit(bits, 4), Bit(bits, 5));
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void The_matrix_of_facts(bool critical, bool known, bool staff, bool second, bool rode, bool exhausted)
    {
        var facts = Facts() with
        {
            SafetyCritical = critical,
            VehicleKnown = known,
            StaffWord = staff,
            EarlierReports = second ? [new(OtherRider, Now)] : [],
            Rides = rode ? [RideEnding(Now)] : [],
            ImmediateGroundings = exhausted ? [Now, Now, Now] : [],
        };

        var verdict = GroundingRule.Decide(facts);

        var expected = (critical, known, staff, second, rode, exhausted) switch
        {
            (false, _, _, _, _, _) => (Grounding.None, "NOT_SAFETY_CRITICAL"),
            (true, false, _, _, _, _) => (Grounding.Held, "UNKNOWN_VEHICLE"),
            (true, true, true, _, _, _) => (Grounding.Grounded, "CREW_OR_AGENT"),
            (true, true, false, true, _, _) => (Grounding.Grounded, "TWO_RIDERS_WITHIN_24_HOURS"),
            (true, true, false, false, false, _) => (Grounding.Held, "NO_RIDE_WITHIN_60_MINUTES"),
            (true, true, false, false, true, true) => (Grounding.Held, "GROUNDINGS_EXHAUSTED"),
            (true, true, false, false, true, false) => (Grounding.Grounded, "RODE_IT_WITHIN_60_MINUTES"),
        };
        Assert.Equal(expected, (verdict.Grounding, verdict.Reason));
        Assert.Equal(expected.Item2 == "GROUNDINGS_EXHAUSTED", verdict.LimitReached);
    }

    [Theory]
    [InlineData(0, Grounding.Grounded)]
    [InlineData(-1, Grounding.Grounded)]
    [InlineData(1, Grounding.Held)]
    public void A_ride_that_ended_60_minutes_ago_still_counts_and_a_millisecond_more_does_not(
        int millisecondsOlder,
        Grounding expected
    )
    {
        var end = Now - TimeSpan.FromMinutes(60) - TimeSpan.FromMilliseconds(millisecondsOlder);

        Assert.Equal(expected, Decide(Facts() with { Rides = [RideEnding(end)] }));
    }

    [Fact]
    public void A_ride_that_still_runs_counts_from_its_start()
    {
        var started = RideEnding(Now) with { EndTime = null, StartTime = Now - TimeSpan.FromMinutes(60) };

        Assert.Equal(Grounding.Grounded, Decide(Facts() with { Rides = [started] }));
        var earlier = started with { StartTime = started.StartTime - Millisecond };
        Assert.Equal(Grounding.Held, Decide(Facts() with { Rides = [earlier] }));
    }

    [Fact]
    public void A_long_ride_counts_by_its_end()
    {
        var ride = RideEnding(Now - TimeSpan.FromMinutes(59)) with { StartTime = Now - TimeSpan.FromHours(5) };

        Assert.Equal(Grounding.Grounded, Decide(Facts() with { Rides = [ride] }));
    }

    [Fact]
    public void A_ride_whose_lock_did_not_open_is_no_ride()
    {
        var failed = RideEnding(Now) with { UnlockOutcome = UnlockOutcome.Failed };

        Assert.Equal(Grounding.Held, Decide(Facts() with { Rides = [failed] }));
    }

    [Fact]
    public void A_ride_of_another_rider_proves_nothing()
    {
        var others = RideEnding(Now) with { RiderId = OtherRider };

        Assert.Equal(Grounding.Held, Decide(Facts() with { Rides = [others] }));
    }

    [Theory]
    [InlineData(0, Grounding.Grounded)]
    [InlineData(-1, Grounding.Grounded)]
    [InlineData(1, Grounding.Held)]
    public void A_report_24_hours_old_still_counts_and_a_millisecond_more_does_not(
        int millisecondsOlder,
        Grounding expected
    )
    {
        var time = Now - TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(millisecondsOlder);

        Assert.Equal(expected, Decide(Facts() with { EarlierReports = [new(OtherRider, time)] }));
    }

    [Fact]
    public void The_same_rider_twice_is_one_word()
    {
        var twice = Facts() with { EarlierReports = [new(Rider, Now), new(Rider, Now - Millisecond)] };

        Assert.Equal(Grounding.Held, Decide(twice));
    }

    [Fact]
    public void A_caller_without_an_account_is_nobodys_second_word()
    {
        var nameless = Facts() with { ReporterId = null, EarlierReports = [new(OtherRider, Now)] };

        Assert.Equal(Grounding.Held, Decide(nameless));
    }

    [Fact]
    public void The_fourth_immediate_grounding_of_a_day_is_held()
    {
        var facts = Facts() with { Rides = [RideEnding(Now)] };

        Assert.Equal(Grounding.Grounded, Decide(facts with { ImmediateGroundings = [Now, Now] }));
        Assert.Equal(Grounding.Held, Decide(facts with { ImmediateGroundings = [Now, Now, Now] }));
    }

    [Theory]
    [InlineData("2026-03-01T14:59:59.999Z", Grounding.Grounded)]
    [InlineData("2026-03-01T15:00:00.000Z", Grounding.Held)]
    public void A_day_begins_at_midnight_in_Seoul_not_in_Greenwich(string grounded, Grounding expected)
    {
        var time = DateTimeOffset.Parse(grounded, System.Globalization.CultureInfo.InvariantCulture);
        var facts = Facts() with { Rides = [RideEnding(Now)], ImmediateGroundings = [time, time, time] };

        Assert.Equal(expected, Decide(facts));
    }

    [Theory]
    [InlineData("2026-03-02T14:59:59.999Z", Grounding.Held)]
    [InlineData("2026-03-02T15:00:00.000Z", Grounding.Grounded)]
    public void The_limit_is_fresh_at_the_next_midnight_in_Seoul(string now, Grounding expected)
    {
        var time = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        var facts = Facts() with { Now = time, Rides = [RideEnding(time)], ImmediateGroundings = [Now, Now, Now] };

        Assert.Equal(expected, Decide(facts));
    }

    private static bool Bit(int bits, int place) => (bits & (1 << place)) != 0;

    private static Grounding Decide(GroundingFacts facts) => GroundingRule.Decide(facts).Grounding;

    private static GroundingFacts Facts() =>
        new()
        {
            SafetyCritical = true,
            VehicleKnown = true,
            StaffWord = false,
            ReporterId = Rider,
            Now = Now,
            Zone = Seoul,
        };

    private static Ride RideEnding(DateTimeOffset end) =>
        new()
        {
            RiderId = Rider,
            StartTime = end - TimeSpan.FromMinutes(10),
            EndTime = end,
            UnlockOutcome = UnlockOutcome.Unlocked,
        };
}
