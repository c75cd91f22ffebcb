using Mobility.Holidays;
using Mobility.Platform;

namespace Mobility.Refunds;

/// <summary>
/// When the banks behind the gateway are closed, and when the gateway itself is away as announced: data of the
/// operator's, so that what they refuse for now waits for the moment at which they open. What the file does not know is
/// tried again and again as any refusal for now. Pure functions of the file; stretches are half-open.
/// </summary>
public sealed class GatewayHours
{
    /// <summary>Path of a file of the operator's own; without it that of the build counts.</summary>
    public const string Setting = "MOBILITY_GATEWAY_HOURS";

    /// <summary>It waits for the end of announced work at the gateway; in the place of what the gateway said.</summary>
    public const string Maintenance = "GATEWAY_MAINTENANCE";

    private const string Resource = "Mobility.Refunds.Catalogue.gateway-hours.json";

    /// <summary>Far more than the nights of any row of holidays.</summary>
    private const int StretchesMax = 64;

    private readonly TimeZoneInfo zone;
    private readonly IReadOnlyList<BankClosing> closings;
    private readonly IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> maintenance;

    internal GatewayHours(
        TimeZoneInfo zone,
        IReadOnlyList<BankClosing> closings,
        IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> maintenance
    ) => (this.zone, this.closings, this.maintenance) = (zone, closings, maintenance);

    /// <summary>The hours that this build carries.</summary>
    public static GatewayHours Shipped { get; } = ReadEmbedded();

    /// <summary>The operator's, or those of the build.</summary>
    /// <exception cref="InvalidOperationException">Names the setting and everything that is wrong with the
    /// file.</exception>
    public static GatewayHours Read(Settings settings)
    {
        if (!settings.Own.TryGetValue(Setting, out var path))
        {
            return Shipped;
        }
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Setting}: {e.Message}", e);
        }
    }

    /// <summary>Reads hours.</summary>
    /// <exception cref="InvalidDataException">Names everything that is wrong with the file.</exception>
    public static GatewayHours Parse(byte[] content) => GatewayHoursFile.Parse(content);

    /// <summary>When the banks open; null while they are open.</summary>
    public DateTimeOffset? BanksOpen(DateTimeOffset now, HolidayCalendar holidays) =>
        End(
            now,
            at =>
            {
                var today = ClientTime.DateOf(at, zone);
                // What passes midnight belongs to the day on which it began.
                return from day in new[] { today.AddDays(-1), today }
                    from closing in closings
                    where closing.IsOn(day, holidays)
                    select closing.On(day, zone);
            }
        );

    /// <summary>When announced work at the gateway ends; null while there is none.</summary>
    public DateTimeOffset? MaintenanceEnd(DateTimeOffset now) => End(now, _ => maintenance);

    /// <summary>The end of the stretch in which the moment lies, and of those that it runs into; null
    /// outside.</summary>
    private static DateTimeOffset? End(
        DateTimeOffset now,
        Func<DateTimeOffset, IEnumerable<(DateTimeOffset From, DateTimeOffset To)>> around
    )
    {
        var end = now;
        for (var n = 0; n < StretchesMax; n++)
        {
            var at = end;
            end = around(at).Where(one => one.From <= at && at < one.To).Select(one => one.To).Append(at).Max();
            if (end == at)
            {
                break;
            }
        }
        return end > now ? end : null;
    }

    private static GatewayHours ReadEmbedded()
    {
        using var stream =
            typeof(GatewayHours).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the resource {Resource} is missing");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Parse(bytes);
    }
}

/// <summary>A stretch in which banks are closed, in minutes of the day on which it begins; EndMinute may lie on the day
/// after.</summary>
/// <param name="StartMinute">From then on, inclusive.</param>
/// <param name="EndMinute">Until then, exclusive.</param>
/// <param name="Days">The days of the week on which it begins; empty for every day.</param>
/// <param name="OnHolidays">Does it begin on public holidays, of whatever day of the week, too?</param>
internal sealed record BankClosing(int StartMinute, int EndMinute, IReadOnlyCollection<DayOfWeek> Days, bool OnHolidays)
{
    public bool IsOn(DateOnly day, HolidayCalendar holidays) =>
        (Days.Count == 0 && !OnHolidays) || Days.Contains(day.DayOfWeek) || (OnHolidays && holidays.IsHoliday(day));

    public (DateTimeOffset From, DateTimeOffset To) On(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return (
            ClientTime.InstantOf(midnight.AddMinutes(StartMinute), zone),
            ClientTime.InstantOf(midnight.AddMinutes(EndMinute), zone)
        );
    }
}
