using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Mobility.Platform;
using Mobility.Tests.Tidy;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>Words stand in resource files by key, in both languages.</summary>
public sealed partial class WordsTests
{
    private static readonly Words Korean = Words.In(Words.Korean);
    private static readonly Words English = Words.In(Words.English);

    private static readonly ClientProfile Client = new("gangneung-kick", "강릉킥", "Asia/Seoul", "KRW", [], []);

    [Fact]
    public void Both_languages_have_the_same_keys() =>
        Assert.Equal(Korean.Keys.Order(StringComparer.Ordinal), English.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Both_languages_fill_in_the_same_values()
    {
        // A language may leave out the half of the day or the month's number, which only times have.
        foreach (var key in Korean.Keys.Where(k => !k.StartsWith("time.", StringComparison.Ordinal)))
        {
            Assert.Equal((key, Names(Korean[key])), (key, Names(English[key])));
        }
    }

    [Fact]
    public void Korean_is_korean_and_english_is_not()
    {
        foreach (var key in Korean.Keys)
        {
            var korean = International().Replace(Placeholder().Replace(Korean[key], ""), "");
            Assert.False(EnglishWord().IsMatch(korean), $"{key} in Korean: {korean}");
            Assert.False(Hangul().IsMatch(English[key]), $"{key} in English: {English[key]}");
        }
    }

    [Fact]
    public void Every_key_that_a_page_asks_for_exists()
    {
        var sources = Checkout.Files.Where(f => f.IsUnder("services/Web/") && f.Ends(".razor", ".cs"));
        var asked = sources.SelectMany(f => Asked().Matches(f.Text).Select(m => (f.Path, Key: m.Groups["key"].Value)));
        Assert.DoesNotContain(asked, a => Korean.Find(a.Key) is null);
    }

    public static TheoryData<string> Templates => [.. Mobility.Desk.Templates.All.Select(t => t.Key)];

    public static TheoryData<string> Subjects =>
        [.. Mobility.Desk.SendMessage.Subjects.Append(Mobility.Desk.Names.Messages)];

    [Theory]
    [MemberData(nameof(Templates))]
    public void All_that_people_are_told_has_words_for_them_and_for_the_desk(string template)
    {
        foreach (var words in new[] { Korean, English })
        {
            Assert.NotNull(words.Find($"told.{template}"));
            Assert.NotNull(words.Find($"desk.message.{template}"));
        }
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void All_that_a_message_may_be_about_has_a_word(string subject)
    {
        Assert.NotNull(Korean.Find($"desk.thing.{subject}"));
        Assert.NotNull(English.Find($"desk.thing.{subject}"));
    }

    [Fact]
    public void A_key_that_no_file_has_is_never_shown_raw() =>
        Assert.Throws<KeyNotFoundException>(() => Korean["no.such.key"]);

    [Fact]
    public void Times_are_told_in_the_clients_zone()
    {
        var now = new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero);
        var soon = now.AddMinutes(95).ToTimestamp();
        Assert.Equal("오늘 오후 1:35", Korean.Time(soon, Client, now));
        Assert.Equal("today 13:35", English.Time(soon, Client, now));
        var tomorrow = now.AddHours(12).ToTimestamp();
        Assert.Equal("3월 8일(일) 오전 12:00", Korean.Time(tomorrow, Client, now));
        Assert.Equal("Sun 8 March, 00:00", English.Time(tomorrow, Client, now));
    }

    [Theory]
    [InlineData(0, "0분")]
    [InlineData(59, "59분")]
    [InlineData(60, "1시간")]
    [InlineData(95, "1시간 35분")]
    [InlineData(1500, "1일 1시간")]
    public void Spans_are_told_in_words(int minutes, string words) =>
        Assert.Equal(words, Korean.Span(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void Amounts_are_told_as_people_write_them()
    {
        var fee = new Mobility.Type.V1.Money { CurrencyCode = "KRW", Units = 15_000 };
        Assert.Equal("15,000원", Korean.Money(fee));
        Assert.Equal("KRW 15,000", English.Money(fee));
        var euro = new Mobility.Type.V1.Money
        {
            CurrencyCode = "EUR",
            Units = 1,
            Nanos = 500_000_000,
        };
        Assert.Equal("EUR 1.50", Korean.Money(euro));
    }

    private static string Names(string text) =>
        string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{[a-z0-9_]+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    /// <summary>Names of formats that Korean writes in Latin letters too.</summary>
    [GeneratedRegex("JPEG|PNG|WebP|SVG|HEIC|QR", RegexOptions.None, 1000)]
    private static partial Regex International();

    [GeneratedRegex(@"[A-Za-z]{2,}", RegexOptions.None, 1000)]
    private static partial Regex EnglishWord();

    [GeneratedRegex(@"[\uAC00-\uD7A3]", RegexOptions.None, 1000)]
    private static partial Regex Hangul();

    [GeneratedRegex(
        "(W|words)(\\.Say\\(|\\.Find\\(|\\[)\"(?<key>[a-zA-Z0-9_.-]+)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Asked();
}
