using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mobility.Launcher;

/// <summary>A weekend in Gangneung: what is played and what must come of it, `tests/Journeys/weekend.json`.</summary>
/// <param name="Version">Version of the file.</param>
/// <param name="Seed">What it was made from; see <see cref="WeekendMaker"/>.</param>
/// <param name="Client">The client whose weekend it is.</param>
/// <param name="Vendor">The contact centre, a slug.</param>
/// <param name="Limits">The budgets that the client grants.</param>
/// <param name="Steps">Everything that is done, in order.</param>
public sealed record Weekend(
    string Version,
    int Seed,
    string Client,
    string Vendor,
    WeekendLimits Limits,
    IReadOnlyList<WeekendStep> Steps
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new WeekendTime.Converter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Path of the file in a checkout.</summary>
    public static string FileIn(string root) => Path.Combine(root, "tests", "Journeys", "weekend.json");

    /// <summary>Reads the weekend of a checkout.</summary>
    public static Weekend Load(string root) =>
        JsonSerializer.Deserialize<Weekend>(File.ReadAllText(FileIn(root)), Json)!;

    /// <summary>The part before a time; all of it when the time is null.</summary>
    public Weekend Until(WeekendTime? time) =>
        time is { } end ? this with { Steps = [.. Steps.Where(step => step.At < end)] } : this;

    /// <summary>The text of the file: a step a line, so that a change shows as what it is.</summary>
    public string ToText()
    {
        var head = JsonSerializer.Serialize(this with { Steps = [] }, Json);
        var steps = Steps.Select(step => "    " + JsonSerializer.Serialize(step, Json));
        return head.Replace(
                "\"steps\":[]",
                "\"steps\":[\n" + string.Join(",\n", steps) + "\n]",
                StringComparison.Ordinal
            ) + "\n";
    }
}

/// <summary>The budgets of the weekend's delegation; amounts in won.</summary>
/// <param name="AgentDayWon">What one agent may give back in a day.</param>
/// <param name="CustomerWeekCount">How many refunds one customer may get from agents in a week.</param>
/// <param name="AutomaticWeekCount">How many refunds one customer may get from the machine in a week.</param>
/// <param name="MonthWon">What all may give back in a month.</param>
public sealed record WeekendLimits(long AgentDayWon, int CustomerWeekCount, int AutomaticWeekCount, long MonthWon);

/// <summary>A time of the weekend, in the client's zone, in minutes after Saturday 00:00.</summary>
public readonly record struct WeekendTime(int Minutes) : IComparable<WeekendTime>
{
    private static readonly string[] Days = ["sat", "sun", "mon"];

    public static WeekendTime Saturday(int hour, int minute = 0) => new((hour * 60) + minute);

    public static WeekendTime Sunday(int hour, int minute = 0) => Saturday(24 + hour, minute);

    public static WeekendTime Monday(int hour, int minute = 0) => Saturday(48 + hour, minute);

    /// <summary>Reads `sat 09:05`.</summary>
    /// <exception cref="FormatException">It is no such time.</exception>
    public static WeekendTime Parse(string text)
    {
        var parts = text.Split(' ', ':');
        var day = Array.IndexOf(Days, parts[0]);
        return parts.Length == 3 && day >= 0 && int.TryParse(parts[1], out var h) && int.TryParse(parts[2], out var m)
            ? Saturday((day * 24) + h, m)
            : throw new FormatException($"`{text}` is no time of the weekend such as `sat 09:05`");
    }

    /// <summary>The hour in which it lies.</summary>
    public WeekendTime Hour => new(Minutes / 60 * 60);

    public int CompareTo(WeekendTime other) => Minutes.CompareTo(other.Minutes);

    public static bool operator <(WeekendTime a, WeekendTime b) => a.Minutes < b.Minutes;

    public static bool operator >(WeekendTime a, WeekendTime b) => a.Minutes > b.Minutes;

    public static bool operator <=(WeekendTime a, WeekendTime b) => a.Minutes <= b.Minutes;

    public static bool operator >=(WeekendTime a, WeekendTime b) => a.Minutes >= b.Minutes;

    public static WeekendTime operator +(WeekendTime a, int minutes) => new(a.Minutes + minutes);

    public override string ToString() => $"{Days[Minutes / 1440]} {Minutes / 60 % 24:00}:{Minutes % 60:00}";

    internal sealed class Converter : JsonConverter<WeekendTime>
    {
        public override WeekendTime Read(ref Utf8JsonReader reader, System.Type type, JsonSerializerOptions options) =>
            Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, WeekendTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
