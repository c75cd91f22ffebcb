using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mobility.Launcher;

/// <summary>
/// Everything that the player names itself follows from the Saturday and a key of the file, so that a check that knows
/// only the file and the databases finds it again.
/// </summary>
/// <param name="Saturday">The first day of the weekend that is played, in the client's zone.</param>
/// <param name="Client">The client.</param>
public sealed record DemoIds(DateOnly Saturday, string Client)
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    /// <summary>The next weekend that lies wholly ahead.</summary>
    public static DemoIds Next(DateTimeOffset now, string client)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Seoul).DateTime);
        var ahead = ((int)DayOfWeek.Saturday - (int)today.DayOfWeek + 7) % 7;
        return new DemoIds(today.AddDays(ahead == 0 ? 7 : ahead), client);
    }

    /// <summary>The weekend of a ride that the player told of; null when another one told of it.</summary>
    public static DemoIds? Of(string rideExternalId, string client) =>
        rideExternalId.Split('-') is ["weekend", var day, ..]
        && DateOnly.TryParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var saturday)
            ? new DemoIds(saturday, client)
            : null;

    public string Parent => $"clients/{Client}";

    /// <summary>An instant of the weekend.</summary>
    public DateTimeOffset At(WeekendTime time) => new DateTimeOffset(BeginOf(Saturday)).AddMinutes(time.Minutes);

    /// <summary>The client's day of an instant.</summary>
    public static DateOnly DayOf(DateTime utc) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utc, Seoul));

    /// <summary>When a day of the client begins, UTC.</summary>
    public static DateTime BeginOf(DateOnly day) =>
        TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), Seoul);

    /// <summary>How the story writes an instant of the weekend.</summary>
    public static string Shown(DateTimeOffset time) =>
        TimeZoneInfo.ConvertTime(time, Seoul).ToString("ddd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Id of a step's request, or of the nth of its requests.</summary>
    public Guid Request(int step, string what = "") => Version(Hash($"request {step} {what}"), 4);

    public Guid Rider(string key) => Version(Hash(key), 7);

    public string RiderName(string key) => $"{Parent}/riders/{Rider(key)}";

    /// <summary>The operator's own id of a ride; also the gateway's key of its payment.</summary>
    public string Ride(string thing) => $"weekend-{Day}-{thing}";

    /// <summary>The telephone system's id of a contact.</summary>
    public string Contact(string key) => $"weekend-{Day}-{key}";

    /// <summary>The code on a vehicle's sticker.</summary>
    public string Code(string vehicle) => $"W{Day[2..]}-{vehicle}".ToUpperInvariant();

    private string Day => Saturday.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes($"{Client} {Day} {text}"));

    private static Guid Version(byte[] hash, int version)
    {
        hash[6] = (byte)((hash[6] & 0x0F) | (version << 4));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
