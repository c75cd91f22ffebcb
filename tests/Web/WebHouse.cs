using System.Net;
using System.Text.RegularExpressions;
using Mobility.Tests.Support;
using Mobility.Web;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>The pages in the test's process, before services of the same kind or before nobody.</summary>
public sealed class WebHouse : IAsyncDisposable
{
    /// <summary>Nobody listens on the discard port: a service there is down.</summary>
    public const string Down = "http://127.0.0.1:9";

    private readonly TestService service;

    private WebHouse(TestService service) => this.service = service;

    public TestService Service => service;

    public FakeClock Clock => service.Clock;

    /// <summary>Starts the pages; a service that is not named is down.</summary>
    public static async Task<WebHouse> Start(
        string faults = Down,
        string parking = Down,
        string refunds = Down,
        string desk = Down,
        FakeClock? clock = null,
        params (string Name, string Value)[] own
    )
    {
        string[] urls = [faults, parking, refunds, desk];
        var settings = Backends
            .UrlSettings.Zip(urls)
            .Append((WebApp.KeySetting, Convert.ToBase64String(new byte[32])))
            .Concat(own)
            .ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
        return new WebHouse(await TestService.Start(new WebApp(), settings, clock));
    }

    /// <summary>The pages of a service that other tests use too.</summary>
    public static async Task<WebHouse> Start(OneService one) => new(await one.Visit());

    /// <summary>The gRPC address of a service in this process.</summary>
    public static string UrlOf(TestService service) => $"http://{service.Channel.Target}";

    /// <summary>A browser of its own, with its cookies; it follows no redirect by itself.</summary>
    public Visitor Visit(string language = "ko") => new(service.Http, language);

    public ValueTask DisposeAsync() => service.DisposeAsync();
}

/// <summary>Pages before one parking service at its edge, for tests that say themselves what it answers or that never
/// get to it.</summary>
public sealed class OneWebBeforeParking : OneService
{
    private readonly Lazy<Task<FakeParking>> parking;

    public OneWebBeforeParking()
        : this(new Lazy<Task<FakeParking>>(FakeParking.Start)) { }

    private OneWebBeforeParking(Lazy<Task<FakeParking>> parking)
        : base(async () => (await WebHouse.Start(parking: (await parking.Value).Url)).Service) =>
        this.parking = parking;

    public Task<FakeParking> Parking => parking.Value;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (parking.IsValueCreated)
        {
            await (await parking.Value).DisposeAsync();
        }
    }
}

/// <summary>A browser without scripts.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly HttpClient http;

    public Visitor(Uri address, string language)
    {
        Cookies = new CookieContainer();
        http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false })
        {
            BaseAddress = address,
        };
        http.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public CookieContainer Cookies { get; }

    public async Task<Page> Get(string path) => await Page.Of(await http.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Sends any request.</summary>
    public async Task<Page> Send(HttpRequestMessage request) => await Page.Of(await http.SendAsync(request));

    /// <summary>Sends the form of the page whose action ends so, its hidden fields included.</summary>
    public Task<Page> Submit(Page page, string action, params (string Name, string Value)[] fields) =>
        SubmitTo(page.Form(action).Action, page, action, fields);

    /// <summary>Sends the form's fields to another address, as htmx does for a part of the page.</summary>
    public async Task<Page> SubmitTo(
        string target,
        Page page,
        string action,
        params (string Name, string Value)[] fields
    )
    {
        var form = page.Form(action);
        using var content = new FormUrlEncodedContent(
            form.Hidden.Concat(fields).Select(f => new KeyValuePair<string, string>(f.Name, f.Value))
        );
        return await Page.Of(await http.PostAsync(new Uri(target, UriKind.Relative), content));
    }

    /// <summary>The same with files.</summary>
    public async Task<Page> SubmitFiles(
        Page page,
        string action,
        IEnumerable<(string Name, byte[] Bytes)> files,
        params (string Name, string Value)[] fields
    )
    {
        var form = page.Form(action);
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in form.Hidden.Concat(fields))
        {
            content.Add(new StringContent(value), name);
        }
        foreach (var (name, bytes) in files)
        {
            content.Add(new ByteArrayContent(bytes), name, "photo.jpg");
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, form.Action) { Content = content };
        // A body that is too large is refused before it is sent, not while.
        request.Headers.ExpectContinue = true;
        return await Send(request);
    }

    /// <summary>Where the reply leads.</summary>
    public async Task<Page> Follow(Page page)
    {
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        return await Get(page.Location!);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>What a browser got.</summary>
public sealed partial record Page(HttpStatusCode Status, string Html, string? Location, HttpResponseMessage Reply)
{
    /// <summary>What a person reads: the words outside tags, scripts and styles.</summary>
    public string Text => Blanks().Replace(WebUtility.HtmlDecode(Tags().Replace(Html, " ")), " ").Trim();

    public static async Task<Page> Of(HttpResponseMessage reply) =>
        new(reply.StatusCode, await reply.Content.ReadAsStringAsync(), reply.Headers.Location?.OriginalString, reply);

    /// <summary>A form by the end of its action.</summary>
    public (string Action, IReadOnlyList<(string Name, string Value)> Hidden) Form(string action)
    {
        var form = Forms().Matches(Html).FirstOrDefault(m => ActionOf(m).EndsWith(action, StringComparison.Ordinal));
        Assert.True(form is not null, $"No form to {action} in: {Text}");
        var hidden = Inputs()
            .Matches(form.Value)
            .Select(m =>
                (WebUtility.HtmlDecode(m.Groups["name"].Value), WebUtility.HtmlDecode(m.Groups["value"].Value))
            )
            .ToList();
        return (ActionOf(form), hidden);
    }

    private static string ActionOf(Match form) => WebUtility.HtmlDecode(form.Groups["action"].Value);

    [GeneratedRegex(
        "<(?<tag>script|style|title)[^>]*>.*?</\\k<tag>>|<[^>]+>",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    [GeneratedRegex(
        "<form[^>]*action=\"(?<action>[^\"]*)\".*?</form>",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Forms();

    [GeneratedRegex(
        "<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Inputs();
}
