namespace Mobility.Desk;

/// <summary>Nobody's telephone rings at night for what can wait: 21:00 to 08:00 in the client's zone,
/// half-open.</summary>
public static class QuietHours
{
    /// <summary>Korean law asks for consent to advertise between 21:00 and 08:00 (Network Act, article 50); what is
    /// told here is no advertisement, and keeps the hours all the same.</summary>
    public static readonly TimeOnly Start = new(21, 0);

    public static readonly TimeOnly End = new(8, 0);

    /// <summary>When a message may be put into an inbox that rings.</summary>
    public static DateTimeOffset NotBefore(DateTimeOffset now, TimeZoneInfo zone, bool canWait)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var time = TimeOnly.FromDateTime(local);
        if (!canWait || (time >= End && time < Start))
        {
            return now;
        }

        var morning = DateOnly.FromDateTime(local).AddDays(time >= Start ? 1 : 0).ToDateTime(End);
        // A clock that is put forward in the night may leave the hour out; then the next one that exists.
        while (zone.IsInvalidTime(morning))
        {
            morning = morning.AddMinutes(30);
        }

        return new DateTimeOffset(morning, zone.GetUtcOffset(morning)).ToUniversalTime();
    }
}
