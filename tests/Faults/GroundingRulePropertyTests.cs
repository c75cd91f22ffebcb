using FsCheck;
using FsCheck.Fluent;
using Mobility.Faults;
using Mobility.Faults.V1;
using Xunit;
using Ride = Mobility.Faults.Ride;

namespace Mobility.Tests.Faults;

public sealed class GroundingRulePropertyTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] Riders = [.. Enumerable.Range(1, 3).Select(n => new Guid(n, 0, 0, new byte[8]))];

    private static Gen<DateTimeOffset> Times =>
        Gen.Choose(-48 * 60, 0).Select(minutes => Start + TimeSpan.FromMinutes(minutes));

    private static Gen<bool> Coins => Gen.Elements(true, false);

    private static Gen<Ride> Rides =>
        from rider in Gen.Elements(Riders)
        from start in Times
        from running in Coins
        from opened in Coins
        select new Ride
        {
            RiderId = rider,
            StartTime = start,
            EndTime = running ? null : start + TimeSpan.FromMinutes(7),
            UnlockOutcome = opened ? UnlockOutcome.Unlocked : UnlockOutcome.Failed,
        };

    private static Gen<EarlierReport> Reports =>
        from rider in Gen.Elements(Riders)
        from time in Times
        select new EarlierReport(rider, time);

    private static Gen<GroundingFacts> AnyFacts =>
        from critical in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from known in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from staff in Gen.Frequency((1, Gen.Constant(true)), (4, Gen.Constant(false)))
        from named in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from rides in Rides.ListOf()
        from reports in Reports.ListOf()
        from groundings in Times.ListOf()
        select new GroundingFacts
        {
            SafetyCritical = critical,
            VehicleKnown = known,
            StaffWord = staff,
            ReporterId = named ? Riders[0] : null,
            Now = Start,
            Zone = Seoul,
            Rides = [.. rides],
            EarlierReports = [.. reports],
            ImmediateGroundings = [.. groundings],
        };

    [Fact]
    public void Grounds_only_a_known_vehicle_for_a_dangerous_fault() =>
        Holds(facts =>
            GroundingRule.Decide(facts).Grounding != Grounding.Grounded || (facts.SafetyCritical && facts.VehicleKnown)
        );

    [Fact]
    public void A_dangerous_fault_is_never_waved_through() =>
        Holds(facts => (GroundingRule.Decide(facts).Grounding == Grounding.None) == !facts.SafetyCritical);

    [Fact]
    public void More_evidence_never_frees_a_vehicle()
    {
        var more =
            from facts in AnyFacts
            from ride in Rides
            from report in Reports
            select (
                facts,
                facts with
                {
                    Rides = [.. facts.Rides, ride],
                    EarlierReports = [.. facts.EarlierReports, report],
                }
            );

        Prop.ForAll(
                more.ToArbitrary(),
                pair => GroundingRule.Decide(pair.facts).Grounding <= GroundingRule.Decide(pair.Item2).Grounding
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_order_in_which_the_facts_are_listed_is_of_no_account() =>
        Holds(facts =>
            GroundingRule.Decide(facts)
            == GroundingRule.Decide(
                facts with
                {
                    Rides = [.. facts.Rides.Reverse()],
                    EarlierReports = [.. facts.EarlierReports.Reverse()],
                    ImmediateGroundings = [.. facts.ImmediateGroundings.Reverse()],
                }
            )
        );

    [Fact]
    public void What_happened_earlier_than_the_windows_changes_nothing() =>
        Holds(facts =>
            GroundingRule.Decide(facts)
            == GroundingRule.Decide(
                facts with
                {
                    Rides = [.. facts.Rides.Where(ride => ride.LastKnownTime >= Start - TimeSpan.FromMinutes(60))],
                    EarlierReports =
                    [
                        .. facts.EarlierReports.Where(report => report.CreateTime >= Start - TimeSpan.FromHours(24)),
                    ],
                    ImmediateGroundings = [.. facts.ImmediateGroundings.Where(time => time >= Start.AddDays(-1))],
                }
            )
        );

    [Fact]
    public void However_often_a_rider_reports_the_own_word_grounds_at_most_three_vehicles_a_day_in_Seoul()
    {
        var gaps = Gen.Choose(1, 180).ListOf();

        Prop.ForAll(
                gaps.ToArbitrary(),
                minutes =>
                {
                    var now = Start;
                    var grounded = new List<DateTimeOffset>();
                    foreach (var gap in minutes)
                    {
                        now += TimeSpan.FromMinutes(gap);
                        if (GroundingRule.Decide(RodeItAt(now, grounded)).Grounding == Grounding.Grounded)
                        {
                            grounded.Add(now);
                        }
                    }

                    return grounded
                        .GroupBy(time => time.ToOffset(TimeSpan.FromHours(9)).Date)
                        .All(day => day.Count() <= 3);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static GroundingFacts RodeItAt(DateTimeOffset now, IReadOnlyList<DateTimeOffset> grounded) =>
        new()
        {
            SafetyCritical = true,
            VehicleKnown = true,
            StaffWord = false,
            ReporterId = Riders[0],
            Now = now,
            Zone = Seoul,
            Rides =
            [
                new Ride
                {
                    RiderId = Riders[0],
                    StartTime = now,
                    UnlockOutcome = UnlockOutcome.Unlocked,
                },
            ],
            ImmediateGroundings = [.. grounded],
        };

    private static void Holds(Func<GroundingFacts, bool> property) =>
        Prop.ForAll(AnyFacts.ToArbitrary(), property).QuickCheckThrowOnFailure();
}
