using System.Text.RegularExpressions;
using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;
using Mobility.Tests.Faults;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>What no public page may show: an id, a name of code, a trace, a word of the other language.</summary>
public sealed partial class PageRulesTests
{
    /// <summary>Codes and names that are the same in every language.</summary>
    private static readonly string[] Same =
    [
        "GK",
        "GN",
        "EN",
        "QR",
        "JPEG",
        "PNG",
        "WebP",
        "SVG",
        "HEIC",
        FakeParking.Code,
    ];

    [Fact]
    public async Task In_korean_every_word_is_korean_and_in_english_none_is()
    {
        await using var faults = await FaultsHouse.Open();
        await using var parking = await FakeParking.Start();
        foreach (var language in new[] { "ko", "en" })
        {
            await using var house = await WebHouse.Start(
                WebHouse.UrlOf(faults.Service),
                parking.Url,
                clock: faults.Service.Clock
            );
            using var visitor = house.Visit(language);
            var pages = await AllPages(visitor, faults, parking);
            Assert.True(pages.Count > 25, $"{pages.Count} pages");
            foreach (var (name, page) in pages)
            {
                var text = Same.Aggregate(page.Text, (t, same) => t.Replace(same, "", StringComparison.Ordinal));
                Assert.False(Uuid().IsMatch(text), $"{name} shows a UUID: {text}");
                Assert.False(Code().IsMatch(text), $"{name} shows {Code().Match(text)}: {text}");
                Assert.False(Trace().IsMatch(text), $"{name} shows a trace: {text}");
                var other = language == "ko" ? EnglishWord().Match(text) : Hangul().Match(Named(text));
                Assert.False(other.Success, $"{name} in {language} says {other.Value}: {text}");
            }
        }
    }

    [Fact]
    public void The_rules_find_what_they_forbid()
    {
        Assert.Matches(Uuid(), "신고 019581a2-0000-7000-8000-000000000001");
        Assert.Matches(Code(), "COMPLAINT_STATE_FILED");
        Assert.Matches(Trace(), "at Mobility.Web.View.Of()");
        Assert.Matches(EnglishWord(), "상태 Filed");
        Assert.Matches(Hangul(), "State 접수");
    }

    /// <summary>Clients' own names stand in both languages, and so does the other language's own name.</summary>
    private static string Named(string text) =>
        new[] { "강릉킥", "서울킥", "한국어" }.Aggregate(
            text,
            (t, name) => t.Replace(name, "", StringComparison.Ordinal)
        );

    private static async Task<List<(string Name, Page Page)>> AllPages(
        Visitor visitor,
        FaultsHouse faults,
        FakeParking parking
    )
    {
        const string report = "/p/gangneung-kick";
        const string send = report + "/send";
        var pages = new List<(string, Page)>();
        async Task<Page> Add(string name, Task<Page> page)
        {
            pages.Add((name, await page));
            return await page;
        }
        foreach (var path in new[] { "/", "/t", "/nothing", "/r/gangneung-kick", "/r/gangneung-kick/GN-1", "/sign-in" })
        {
            await Add(path, visitor.Get(path));
        }
        var form = await Add("report", visitor.Get(report));
        await Add("report refused", visitor.Submit(form, send));
        await Add("place", visitor.Submit(form, send, ("place", "37.7645, 128.8996"), ("do", "place")));
        var filled = new[] { ("place", "37.7645, 128.8996"), ("category", "storefront"), ("do", "send") };
        foreach (var refusal in Refusals())
        {
            parking.Refusal = refusal;
            await Add($"report {refusal.Reason}", visitor.Submit(form, send, filled));
        }
        parking.Refusal = null;
        await Add("done", visitor.Follow(await visitor.Submit(form, send, filled)));
        foreach (var state in Enum.GetValues<ComplaintState>().Where(s => s != ComplaintState.Unspecified))
        {
            parking.Tracked = FakeParking.NewTracked(state);
            await Add($"tracked {state}", visitor.Get("/t"));
        }
        await AddRider(visitor, faults, Add);
        return pages;
    }

    private static async Task AddRider(Visitor visitor, FaultsHouse faults, Func<string, Task<Page>, Task<Page>> add)
    {
        const string rider = "/r/gangneung-kick";
        using var token = new FormUrlEncodedContent([
            new("token", TestIssuer.Token(Role.Rider, faults.NewRider(), faults.Now)),
        ]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/session") { Content = token };
        await visitor.Send(request);
        await visitor.Get(rider);
        var ask = await add("ask", visitor.Get($"{rider}/GN-1"));
        await add("ask refused", visitor.Submit(ask, $"{rider}/GN-1/send", ("category", "NONSENSE")));
        var sent = await visitor.Submit(ask, $"{rider}/GN-1/send", ("category", "BRAKE_FAILURE"), ("riding", "yes"));
        await add("fault", visitor.Follow(sent));
        await add("faults", visitor.Get(rider));
    }

    private static IEnumerable<Refusal> Refusals() =>
        [
            new(StatusCode.Unavailable, "DATABASE_UNAVAILABLE", "The database does not answer."),
            new(StatusCode.Internal, "INTERNAL", "at Mobility.Parking.X()"),
            new(StatusCode.ResourceExhausted, "TOO_MANY", "Too many.") { RetryAfter = TimeSpan.FromSeconds(90) },
            Refusal.Fields([new("complaint.point", "must be set"), new("complaint.nonsense", "must not be")]),
            new(StatusCode.InvalidArgument, "REQUEST_ID_REUSED", "Reused."),
        ];

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex("[A-Z]{2,}_[A-Z]|[a-z][A-Z][a-z]+[A-Z]", RegexOptions.None, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\bat [A-Z]\w+\.[A-Z]\w+|Exception", RegexOptions.None, 1000)]
    private static partial Regex Trace();

    [GeneratedRegex("[A-Za-z]{2,}", RegexOptions.None, 1000)]
    private static partial Regex EnglishWord();

    [GeneratedRegex(@"[\uAC00-\uD7A3]+", RegexOptions.None, 1000)]
    private static partial Regex Hangul();
}
