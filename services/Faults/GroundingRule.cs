using Mobility.Faults.V1;

namespace Mobility.Faults;

/// <summary>Another report on the same vehicle: open, of a safety-critical category, by a known rider.</summary>
public sealed record EarlierReport(Guid ReporterId, DateTimeOffset CreateTime);

/// <summary>All that the grounding rule looks at.</summary>
public sealed record GroundingFacts
{
    public required bool SafetyCritical { get; init; }

    /// <summary>Does a vehicle of the client have the printed code?</summary>
    public required bool VehicleKnown { get; init; }

    /// <summary>Is it the word of field crew or of the contact centre (technician, agent, lead)?</summary>
    public required bool StaffWord { get; init; }

    /// <summary>The rider whose report it is; null when an agent's caller has no account.</summary>
    public Guid? ReporterId { get; init; }

    /// <summary>When we got the report. The claimed time decides nothing here: it is a claim.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The client's zone, in which a day begins and ends.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>The reporter's rides on that vehicle by the operator's record; at least the latest one.</summary>
    public IReadOnlyList<Ride> Rides { get; init; } = [];

    /// <summary>Open safety-critical reports on that vehicle; at least the latest by another rider.</summary>
    public IReadOnlyList<EarlierReport> EarlierReports { get; init; } = [];

    /// <summary>When the reporter's own word grounded a vehicle at once; at least the latest three.</summary>
    public IReadOnlyList<DateTimeOffset> ImmediateGroundings { get; init; } = [];
}

/// <summary>What the rule said, by which branch, and whether the day's limit alone stood in the way.</summary>
public sealed record GroundingVerdict(Grounding Grounding, string Reason, bool LimitReached = false);

/// <summary>
/// Decides whether a report takes a vehicle off the street. The branches, the first that fits wins: nothing dangerous;
/// no
/// vehicle to ground; the word of crew or agent; two riders; one rider who rode it; else a person decides.
/// </summary>
public static class GroundingRule
{
    public const string NotSafetyCritical = "NOT_SAFETY_CRITICAL";
    public const string UnknownVehicle = "UNKNOWN_VEHICLE";
    public const string CrewOrAgent = "CREW_OR_AGENT";
    public const string TwoRiders = "TWO_RIDERS_WITHIN_24_HOURS";
    public const string RodeIt = "RODE_IT_WITHIN_60_MINUTES";
    public const string LimitReached = "GROUNDINGS_EXHAUSTED";
    public const string OneWord = "NO_RIDE_WITHIN_60_MINUTES";

    /// <summary>Branch of a fault that grounds because a person confirmed it, not because of the rule.</summary>
    public const string Confirmed = "CONFIRMED";

    /// <summary>A rider who could ground more vehicles a day on one word alone could empty a street.</summary>
    public const int ImmediateGroundingsPerDayMax = 3;

    public static readonly TimeSpan RideWindow = TimeSpan.FromMinutes(60);
    public static readonly TimeSpan ReportWindow = TimeSpan.FromHours(24);

    public static GroundingVerdict Decide(GroundingFacts facts)
    {
        if (!facts.SafetyCritical)
        {
            return new(Grounding.None, NotSafetyCritical);
        }

        if (!facts.VehicleKnown)
        {
            return new(Grounding.Held, UnknownVehicle);
        }

        if (facts.StaffWord)
        {
            return new(Grounding.Grounded, CrewOrAgent);
        }

        // Before the rider's own ride: two people's word does not use up one person's limit.
        if (IsSecondRider(facts))
        {
            return new(Grounding.Grounded, TwoRiders);
        }

        if (!RodeItLately(facts))
        {
            return new(Grounding.Held, OneWord);
        }

        return GroundedToday(facts) < ImmediateGroundingsPerDayMax
            ? new(Grounding.Grounded, RodeIt)
            : new(Grounding.Held, LimitReached, LimitReached: true);
    }

    /// <summary>Windows are half-open: a report exactly 24 hours old still counts, one a millisecond older does
    /// not.</summary>
    private static bool IsSecondRider(GroundingFacts facts) =>
        facts.ReporterId is { } reporter
        && facts.EarlierReports.Any(report =>
            report.ReporterId != reporter && report.CreateTime >= facts.Now - ReportWindow
        );

    /// <summary>A ride whose lock did not open was no ride: nobody felt its brakes.</summary>
    private static bool RodeItLately(GroundingFacts facts) =>
        facts.ReporterId is { } reporter
        && facts.Rides.Any(ride =>
            ride.RiderId == reporter
            && ride.UnlockOutcome == UnlockOutcome.Unlocked
            && ride.LastKnownTime >= facts.Now - RideWindow
        );

    private static int GroundedToday(GroundingFacts facts)
    {
        var today = Day(facts.Now, facts.Zone);
        return facts.ImmediateGroundings.Count(time => Day(time, facts.Zone) == today);
    }

    private static DateOnly Day(DateTimeOffset time, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);
}
