using System.Net;
using Grpc.Core;
using Mobility.Platform;
using Mobility.Platform.Rpc;

namespace Mobility.Web.SignIn;

/// <summary>Signing in and out.</summary>
public static class SignInPages
{
    /// <summary>Where people are sent who need to sign in.</summary>
    public const string Path = "/sign-in";

    /// <summary>Takes a token from the operator's app or the vendor's sign-on.</summary>
    public const string SessionPath = "/session";

    /// <summary>Name of the setting: address of the vendor's sign-on, to which people are led.</summary>
    public const string SignOnSetting = "MOBILITY_SIGN_ON_URL";

    private const string NextCookie = "mobility-next";

    /// <summary>Who needs longer to sign in has forgotten where they were going.</summary>
    private static readonly TimeSpan NextLife = TimeSpan.FromMinutes(15);

    /// <summary>Takes the client that the session works for from now on.</summary>
    public const string ClientPath = "/session/client";

    private const string EndPath = "/session/end";
    private const string DevelopmentPath = "/dev/sign-in";

    /// <summary>Settings that a system may leave out.</summary>
    public static IReadOnlyList<string> OptionalSettings { get; } =
    [DevelopmentPeople.KeySetting, DevelopmentPeople.PeopleSetting, SignOnSetting];

    /// <summary>Adds what sign-in needs to the container.</summary>
    public static void AddServices(IServiceCollection services, Settings settings) =>
        services.AddSingleton(DevelopmentPeople.Load(settings));

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Show).ExcludeFromDescription();
        routes.MapPost(SessionPath, (Delegate)Take).ExcludeFromDescription();
        routes.MapPost(EndPath, (Delegate)End).ExcludeFromDescription();
        routes.MapPost(ClientPath, (Delegate)Choose).ExcludeFromDescription();
        if (routes.ServiceProvider.GetRequiredService<DevelopmentPeople>().Any)
        {
            routes.MapPost(DevelopmentPath, (Delegate)TakeDevelopment).ExcludeFromDescription();
            routes.MapGet(DevelopmentPath, ShowDevelopment).ExcludeFromDescription();
        }
    }

    /// <summary>
    /// Leads to the sign-in, and back to here after it. Who has a page open may be writing on it: a part of it that
    /// asks for news is answered by a line that says so, and the page stays.
    /// </summary>
    public static IResult Ask(HttpContext http)
    {
        if (View.IsHtmx(http))
        {
            var headers = http.Response.Headers;
            (headers["HX-Retarget"], headers["HX-Reselect"]) = ("#session-over", "#session-over");
            headers["HX-Reswap"] = "outerHTML";
            return View.Of<SessionOverNote>();
        }
        http.Response.Cookies.Append(
            NextCookie,
            http.Request.Path + http.Request.QueryString,
            new CookieOptions
            {
                HttpOnly = true,
                Secure = http.Request.IsHttps,
                SameSite = SameSiteMode.Lax,
                MaxAge = NextLife,
            }
        );
        return View.Then(Path);
    }

    /// <summary>The same for who sent a form: what was written stays, and is sent again after the sign-in.</summary>
    public static IResult Ask(HttpContext http, IFormCollection form, string here) =>
        View.Of<SessionOverPage>(
            (
                "Draft",
                new Draft(
                    http.Request.Path,
                    form,
                    Problem.Own(StatusCode.Unauthenticated, "CREDENTIALS_MISSING", "The session is over.")
                )
            ),
            ("Here", here)
        );

    /// <summary>
    /// Where somebody was going who was led to the sign-in, once; null when nowhere below the path. The page that
    /// people come to after it asks: a browser shows this cookie to us, never to the other site's form.
    /// </summary>
    public static string? Next(HttpContext http, string below)
    {
        if (http.Request.Cookies[NextCookie] is not { } next || !next.StartsWith(below + "/", StringComparison.Ordinal))
        {
            return null;
        }
        http.Response.Cookies.Delete(NextCookie);
        return View.IsPath(next) ? next : null;
    }

    private static IResult Show(HttpContext http, Settings settings, DevelopmentPeople people) =>
        View.Of<SignInPage>(
            ("SignOn", settings.Own.GetValueOrDefault(SignOnSetting)),
            ("Development", people.Any && IsLocal(http) ? DevelopmentPath : null)
        );

    /// <summary>
    /// The token proves who sends it, so the form may come from another site, and needs no token of ours. It may
    /// also stand in the header, for an app that opens its browser with a request of its own.
    /// </summary>
    private static async Task<IResult> Take(HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        var header = http.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header[7..] : form?["token"].ToString();
        return await SignedIn(http, () => Sessions.Begin(http, token ?? ""));
    }

    private static IResult ShowDevelopment(HttpContext http, DevelopmentPeople people) =>
        IsLocal(http)
            ? View.Of<DevelopmentSignInPage>(("People", people.All), ("Action", DevelopmentPath))
            : new PageNotFound();

    private static async Task<IResult> TakeDevelopment(HttpContext http)
    {
        if (!IsLocal(http))
        {
            return new PageNotFound();
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await SignedIn(http, () => Sessions.BeginDevelopment(http, form["person"].ToString()));
    }

    private static async Task<IResult> End(HttpContext http)
    {
        await Sessions.End(http);
        return View.Then("/");
    }

    private static async Task<IResult> Choose(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await Sessions.Choose(http, form["client"].ToString()) ? View.Then("/desk") : new PageNotFound();
    }

    private static async Task<IResult> SignedIn(HttpContext http, Func<Task<Session>> begin)
    {
        try
        {
            return View.Then((await begin()).Home);
        }
        catch (Refusal e) when (e.Code is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            return ErrorPages.ResultOf(Problem.Own(e.Code, e.Reason, e.Message), http);
        }
    }

    /// <summary>Does somebody at this very machine ask? A proxy beside us that nobody trusts speaks for the
    /// world.</summary>
    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For")
        && !http.Request.Headers.ContainsKey("Forwarded");
}
