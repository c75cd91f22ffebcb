using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;

namespace Mobility.Web;

/// <summary>The words of pages in one language, from the resource files Texts/*.ko.json and Texts/*.en.json.</summary>
public sealed class Words
{
    public const string Korean = "ko";
    public const string English = "en";

    private const string Cookie = "mobility-lang";
    private const string Query = "lang";

    private static readonly Words InKorean = new(Korean);
    private static readonly Words InEnglish = new(English);

    private readonly FrozenDictionary<string, string> texts;

    private Words(string language)
    {
        Language = language;
        texts = Read(language);
    }

    /// <summary>"ko" or "en".</summary>
    public string Language { get; }

    /// <summary>Every key.</summary>
    public IReadOnlyCollection<string> Keys => texts.Keys;

    /// <summary>The sentence of a key.</summary>
    /// <exception cref="KeyNotFoundException">No resource file has the key: never shown raw.</exception>
    public string this[string key] =>
        texts.TryGetValue(key, out var text)
            ? text
            : throw new KeyNotFoundException($"No text for {key} in {Language}.");

    /// <summary>The sentence of a key with its {names} replaced.</summary>
    public string Say(string key, params (string Name, object? Value)[] values) =>
        values.Aggregate(
            this[key],
            (text, value) =>
                text.Replace(
                    $"{{{value.Name}}}",
                    Convert.ToString(value.Value, CultureInfo.InvariantCulture),
                    StringComparison.Ordinal
                )
        );

    /// <summary>The sentence of a key, or null when there is none.</summary>
    public string? Find(string key) => texts.GetValueOrDefault(key);

    /// <summary>The word for an enum's value: key "ComplaintState.Filed".</summary>
    public string Of<T>(T value)
        where T : struct, System.Enum => this[$"{typeof(T).Name}.{value}"];

    /// <summary>A time in the client's zone, with the day unless it is today.</summary>
    public string Time(Timestamp? time, ClientProfile client, DateTimeOffset now)
    {
        if (time is null)
        {
            return this["time.unknown"];
        }
        var local = TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), client.Zone);
        var today = TimeZoneInfo.ConvertTime(now, client.Zone).Date;
        return local.Date == today ? Say("time.today", Parts(local)) : Say("time.day", Parts(local));
    }

    /// <summary>How long from now until the time, in words: "1 hour 20 minutes".</summary>
    public string Span(TimeSpan span)
    {
        var minutes = (int)Math.Ceiling(span.Duration().TotalMinutes);
        var (days, hours) = (minutes / 1440, minutes / 60 % 24);
        string[] parts =
        [
            days > 0 ? Say("span.days", ("n", days)) : "",
            hours > 0 ? Say("span.hours", ("n", hours)) : "",
            days == 0 && (minutes % 60 > 0 || hours == 0) ? Say("span.minutes", ("n", minutes % 60)) : "",
        ];
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }

    /// <summary>An amount: "15,000원".</summary>
    public string Money(Type.V1.Money money)
    {
        var digits = Platform.Rpc.Money.Digits.GetValueOrDefault(money.CurrencyCode);
        var amount = money.Units + money.Nanos / 1_000_000_000m;
        var text = amount.ToString($"N{digits}", CultureInfo.InvariantCulture);
        return Find($"money.{money.CurrencyCode}") is { } form
            ? form.Replace("{amount}", text, StringComparison.Ordinal)
            : $"{money.CurrencyCode} {text}";
    }

    /// <summary>The words of a request's language: asked for in the address, remembered, or the browser's; else
    /// Korean.</summary>
    public static Words Of(HttpContext http) =>
        In(
            Known(http.Request.Query[Query])
                ?? Known(http.Request.Cookies[Cookie])
                ?? http.Request.GetTypedHeaders()
                    .AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
                    .Select(l => Known(l.Value.ToString().Split('-')[0].ToLowerInvariant()))
                    .FirstOrDefault(l => l is not null)
        );

    /// <summary>The words of a language; Korean unless it is English.</summary>
    public static Words In(string? language) =>
        string.Equals(language, English, StringComparison.Ordinal) ? InEnglish : InKorean;

    /// <summary>Middleware: remembers the language that the address asks for.</summary>
    public static Task Remember(HttpContext http, RequestDelegate next)
    {
        if (Known(http.Request.Query[Query]) is { } language)
        {
            http.Response.Cookies.Append(
                Cookie,
                language,
                new CookieOptions
                {
                    HttpOnly = true,
                    SameSite = SameSiteMode.Lax,
                    MaxAge = TimeSpan.FromDays(365),
                    Secure = http.Request.IsHttps,
                }
            );
        }
        http.Response.Headers.ContentLanguage = Of(http).Language;
        return next(http);
    }

    private static string? Known(string? language) => language is Korean or English ? language : null;

    private (string, object?)[] Parts(DateTimeOffset local) =>
        [
            ("year", local.Year),
            ("month", local.Month),
            ("month_name", this[$"month.{local.Month}"]),
            ("day", local.Day),
            ("weekday", this[$"weekday.{local.DayOfWeek}"]),
            ("half", this[local.Hour < 12 ? "time.morning" : "time.afternoon"]),
            ("hour12", (local.Hour + 11) % 12 + 1),
            ("hour", local.Hour.ToString("00", CultureInfo.InvariantCulture)),
            ("minute", local.Minute.ToString("00", CultureInfo.InvariantCulture)),
        ];

    private static FrozenDictionary<string, string> Read(string language)
    {
        var assembly = typeof(Words).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith("texts/", StringComparison.Ordinal))
            .Where(name => name.EndsWith($".{language}.json", StringComparison.Ordinal))
            .SelectMany(name =>
            {
                using var file = assembly.GetManifestResourceStream(name)!;
                return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
            })
            .ToFrozenDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
    }
}
