namespace Mobility.Holidays;

/// <summary>A version that a service took into force.</summary>
/// <param name="Calendar">The version.</param>
/// <param name="TakeTime">Since when it counts; of the first one it does not matter.</param>
public sealed record TakenCalendar(HolidayCalendar Calendar, DateTimeOffset TakeTime);

/// <summary>
/// All versions that a service ever had in force, and since when: what is decided now goes by the newest, what was
/// decided before is computed again by the version of then.
/// </summary>
public sealed class HolidayCalendars
{
    private static readonly TakenCalendar[] AsShipped = [new(HolidayCalendar.Shipped, DateTimeOffset.MinValue)];
    private readonly HashSet<string> refused = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<TakenCalendar> taken = AsShipped;

    /// <summary>Is it known what was in force before this process began?</summary>
    public bool AreRemembered { get; private set; }

    /// <summary>The version in force.</summary>
    public HolidayCalendar Current => taken[^1].Calendar;

    /// <summary>The version that was in force at the instant.</summary>
    public HolidayCalendar At(DateTimeOffset time) =>
        (taken.LastOrDefault(one => one.TakeTime <= time) ?? taken[0]).Calendar;

    /// <summary>The version that something stored as <see cref="HolidayCalendar.Version"/>; null when it was never in
    /// force here.</summary>
    public HolidayCalendar? Find(string version) =>
        taken.FirstOrDefault(one => one.Calendar.Version == version)?.Calendar;

    /// <summary>Remembers what was taken, in whatever order it comes: a version that is not newer than one taken before
    /// it never counted.</summary>
    public void Remember(IEnumerable<TakenCalendar> rows)
    {
        var counted = new List<TakenCalendar>();
        foreach (var row in rows.OrderBy(row => row.TakeTime).ThenBy(row => row.Calendar.Rank))
        {
            if (counted.Count == 0 || row.Calendar.Rank.CompareTo(counted[^1].Calendar.Rank) > 0)
            {
                counted.Add(row);
            }
        }
        taken = counted.Count > 0 ? counted : AsShipped;
        AreRemembered = true;
    }

    /// <summary>
    /// The version to take into force of what this build carries and what lies in the folder; null when none is newer.
    /// A file that is wrong is told of once, until it changes.
    /// </summary>
    /// <param name="folder">Folder with a file for each version; null for none.</param>
    /// <param name="refuse">Is told the file and everything that is wrong with it.</param>
    public HolidayCalendar? Newer(string? folder, Action<string, string> refuse)
    {
        string[] files = folder is null ? [] : Directory.GetFiles(folder, "*.json");
        return files
            .Order(StringComparer.Ordinal)
            .Select(file => Read(file, refuse))
            .Append(HolidayCalendar.Shipped)
            .Where(calendar => calendar is not null && calendar.Rank.CompareTo(Current.Rank) > 0)
            .MaxBy(calendar => calendar!.Rank);
    }

    private HolidayCalendar? Read(string path, Action<string, string> refuse)
    {
        try
        {
            var calendar = HolidayCalendar.Parse(File.ReadAllBytes(path));
            var wrong = Wrong(calendar, Path.GetFileNameWithoutExtension(path)).ToList();
            return wrong.Count == 0 ? calendar : throw new InvalidDataException(string.Join("; ", wrong));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            if (refused.Add($"{path} {e.Message}"))
            {
                refuse(Path.GetFileName(path), e.Message);
            }
            return null;
        }
    }

    private IEnumerable<string> Wrong(HolidayCalendar calendar, string name)
    {
        if (calendar.Name != name)
        {
            yield return $"version '{calendar.Name}' is not the name of the file";
        }
        var known = taken.Select(one => one.Calendar).Append(HolidayCalendar.Shipped);
        if (known.Any(one => one.Name == calendar.Name && one.Version != calendar.Version))
        {
            yield return $"{calendar.Name} was in force with another content: a version never changes";
        }
        foreach (var missing in calendar.Rank.CompareTo(Current.Rank) > 0 ? Current.MissingIn(calendar) : [])
        {
            yield return missing;
        }
    }
}
