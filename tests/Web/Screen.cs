using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Mobility.Tests.Support;
using Xunit;

namespace Mobility.Tests.Web;

/// <summary>
/// A person's screen: a browser window of one width with cookies of its own. It remembers every error of the console,
/// every breach of the content security policy and every script that failed.
/// </summary>
internal sealed class Screen : IAsyncDisposable
{
    /// <summary>A phone and a desk.</summary>
    public static readonly IReadOnlyList<int> Widths = [390, 1280];

    /// <summary>A run plays on one of them, the next commit's perhaps on the other.</summary>
    public static IEnumerable<int> WidthsInTurn => Turn.Of(Widths, Widths.Count);

    /// <summary>What holds is not listed: to describe it takes longer than to find what does not.</summary>
    private static readonly AxeRunOptions Violations = new() { ResultTypes = [ResultType.Violations] };

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> errors = new();
    private bool shooting;

    private Screen(IBrowserContext context, IPage page, int width)
    {
        this.context = context;
        Page = page;
        Width = width;
    }

    public IPage Page { get; }

    public int Width { get; }

    /// <summary>Answers that a test provokes on purpose, which the console calls errors: "409", for instance.</summary>
    public HashSet<string> Expected { get; } = new(StringComparer.Ordinal);

    public static async Task<Screen> Open(IBrowser browser, Uri baseUrl, int width, string language = "ko")
    {
        var context = await browser.NewContextAsync(
            new()
            {
                BaseURL = baseUrl.ToString(),
                Locale = language is "ko" ? "ko-KR" : "en-GB",
                TimezoneId = "Asia/Seoul",
                ViewportSize = new() { Width = width, Height = width < 800 ? 844 : 800 },
                HasTouch = width < 800,
                IsMobile = width < 800,
                ReducedMotion = ReducedMotion.Reduce,
                Geolocation = new()
                {
                    Latitude = 37.7645f,
                    Longitude = 128.8996f,
                    Accuracy = 20,
                },
                Permissions = ["geolocation"],
            }
        );
        context.SetDefaultTimeout((float)Poll.Patience.TotalMilliseconds);
        var page = await context.NewPageAsync();
        var screen = new Screen(context, page, width);
        page.Console += (_, message) => screen.Heard(message);
        page.PageError += (_, error) => screen.errors.Enqueue($"{page.Url}: {error}");
        page.RequestFailed += (_, request) => screen.Failed(request);
        await page.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', e => "
                + "console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
        );
        return screen;
    }

    /// <summary>Signs in as the operator's app or the vendor's sign-on does.</summary>
    public async Task SignIn(string token)
    {
        var form = context.APIRequest.CreateFormData();
        form.Append("token", token);
        var reply = await context.APIRequest.PostAsync("/session", new() { Form = form, MaxRedirects = 0 });
        Assert.Equal(303, reply.Status);
    }

    /// <summary>Opens a path and finds nothing wrong with it.</summary>
    public async Task Go(string path)
    {
        await Open(path);
        await Check();
    }

    /// <summary>Opens a path.</summary>
    public async Task Open(string path)
    {
        var response = await Page.GotoAsync(path);
        Assert.True(response!.Ok, $"{path} answered {response.Status}");
    }

    /// <summary>Waits until it is there to be seen; what is there instead is told when it never comes.</summary>
    public async Task Sees(string selector)
    {
        try
        {
            await Page.Locator(selector).First.WaitForAsync(new() { State = WaitForSelectorState.Visible });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{selector} is not on {Page.Url}:\n{await Page.InnerTextAsync("main")}");
        }
    }

    /// <summary>
    /// Waits until the address holds this part and its page has loaded; what the browser shows instead is told when it
    /// never comes. WaitForURLAsync is not used: it looks first and subscribes then, and what the browser does between
    /// the two it never hears (playwright-dotnet issue 3364).
    /// </summary>
    public async Task Reaches(string part)
    {
        try
        {
            await Page.WaitForFunctionAsync(
                "part => document.readyState === 'complete' && location.href.includes(part)",
                part
            );
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{Page.Url} does not hold {part}:\n{await Page.InnerTextAsync("main")}");
        }
    }

    /// <summary>Nothing serious in the way of people who hear or feel a page, nothing too wide, no error.</summary>
    public async Task Check()
    {
        // For a page, instead of its element, the library opens another window each time.
        var axe = await Page.Locator("html").RunAxe(Violations);
        var serious = axe
            .Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{v.Id} {v.Help}: {string.Join(" | ", v.Nodes.Take(5).Select(n => n.Html))}");
        Assert.True(!serious.Any(), $"{Page.Url} at {Width}: {string.Join("; ", serious)}");
        var overhang = await Page.EvaluateAsync<int>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        );
        Assert.True(overhang <= 0, $"{Page.Url} is {overhang} px wider than {Width}");
        Assert.True(errors.IsEmpty, string.Join('\n', errors));
    }

    /// <summary>
    /// A picture for the docs, rewritten on request only: a picture differs from machine to machine. A whole page, cut
    /// where nobody reads on.
    /// </summary>
    public async Task Shoot(string name)
    {
        if (Environment.GetEnvironmentVariable("MOBILITY_WRITE_DOCS") is not "1")
        {
            return;
        }
        var file = Path.Combine(Repository.Root, "docs", "screenshots", $"{name}-{Width}.png");
        var height = await Page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        shooting = true;
        await Page.ScreenshotAsync(
            new()
            {
                Path = file,
                Caret = ScreenshotCaret.Initial,
                FullPage = true,
                Clip = new()
                {
                    X = 0,
                    Y = 0,
                    Width = Width,
                    Height = Math.Min(height, Width < 800 ? 2_400 : 1_600),
                },
            }
        );
        // What the console said meanwhile has been heard by the time that the page answers.
        await Page.EvaluateAsync("1");
        shooting = false;
        Assert.InRange(new FileInfo(file).Length, 1, 200 * 1024);
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private void Heard(IConsoleMessage message)
    {
        // To take a picture, the driver sets styles of its own, which the page's policy refuses.
        var ours = !(shooting && message.Text.Contains("style", StringComparison.Ordinal));
        if (ours && message.Type is "error" && !Expected.Any(e => message.Text.Contains(e, StringComparison.Ordinal)))
        {
            errors.Enqueue($"{Page.Url}: {message.Text}");
        }
    }

    /// <summary>A request that another page view cuts off is no failure.</summary>
    private void Failed(IRequest request)
    {
        if (request.Failure is not "net::ERR_ABORTED")
        {
            errors.Enqueue($"{Page.Url}: {request.Url} {request.Failure}");
        }
    }
}
