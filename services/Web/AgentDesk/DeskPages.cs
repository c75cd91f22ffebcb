using Grpc.Core;
using Mobility.Web.SignIn;

namespace Mobility.Web.AgentDesk;

/// <summary>What a handler of the desk works with: the person, the services, the request.</summary>
public sealed record DeskCall(HttpContext Http, Session Session, Backends Backends)
{
    /// <summary>Options of a call on behalf of the person.</summary>
    public CallOptions Options => new Gathering(Session, Http.RequestAborted).Options;

    /// <summary>Full name of a thing of the client whose id stands in the path.</summary>
    public string Name(string collection, string key = "id") =>
        $"{Session.Parent}/{collection}/{Http.Request.RouteValues[key]}";

    /// <summary>A value of the query, null when it is not there.</summary>
    public string? Query(string key) => Http.Request.Query[key] is [{ Length: > 0 } value] ? value : null;
}

/// <summary>A form of the desk that was sent.</summary>
public sealed record DeskPost(DeskCall Call, IFormCollection Form)
{
    public Session Session => Call.Session;
    public Backends Backends => Call.Backends;
    public CallOptions Options => Call.Options;

    /// <summary>The id made when the form was shown.</summary>
    public string RequestId => this[RequestIds.Field];

    /// <summary>A field, empty when it was left out.</summary>
    public string this[string field] => Form[field].ToString().Trim();

    /// <summary>Full name of a thing whose id stands in the path.</summary>
    public string Name(string collection, string key = "id") => Call.Name(collection, key);

    /// <summary>The page that the form stood on: one of the desk's, never another site's.</summary>
    public string Here => HereOf(Form);

    public static string HereOf(IFormCollection form) =>
        form["here"].ToString() is var here
        && here.StartsWith(DeskPages.Root + "/", StringComparison.Ordinal)
        && View.IsPath(here)
            ? here
            : DeskPages.Root;
}

/// <summary>The agent's pages. Nobody sees one without being signed in as staff.</summary>
public static class DeskPages
{
    public const string Root = "/desk";

    public static void Map(IEndpointRouteBuilder routes)
    {
        CasePages.Map(routes);
        CaseForms.Map(routes);
        RefundForms.Map(routes);
        ComplaintForms.Map(routes);
        CallPages.Map(routes);
        CallerComplaint.Map(routes);
        ApprovalPages.Map(routes);
        DelegationPages.Map(routes);
    }

    /// <summary>A page of the desk.</summary>
    public static void Page(IEndpointRouteBuilder routes, string path, Func<DeskCall, Task<IResult>> show) =>
        routes.MapGet(path, (Delegate)((HttpContext http) => Run(http, show))).ExcludeFromDescription();

    /// <summary>
    /// A form of the desk: "act" does it and says what to tell. What a service refuses is shown on the page that the
    /// form stood on, with what was typed.
    /// </summary>
    public static void Form(IEndpointRouteBuilder routes, string path, Func<DeskPost, Task<IResult>> act) =>
        routes
            .MapPost(path, (Delegate)((HttpContext http) => Run(http, call => Act(call, act))))
            .ExcludeFromDescription();

    /// <summary>Leads back to the page of the form with a sentence about what was done.</summary>
    public static IResult Done(string path, string said) => View.Then($"{path}?said={said}");

    private static async Task<IResult> Run(HttpContext http, Func<DeskCall, Task<IResult>> run)
    {
        if (await Sessions.Current(http) is not { IsStaff: true } session)
        {
            return await Ask(http);
        }
        if (http.Request.Path == Root && SignInPages.Next(http, Root) is { } next)
        {
            return View.Then(next);
        }
        try
        {
            return await run(new DeskCall(http, session, http.RequestServices.GetRequiredService<Backends>()));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            // The token ended on its way.
            return await Ask(http);
        }
    }

    private static async Task<IResult> Ask(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            return SignInPages.Ask(http);
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return SignInPages.Ask(http, form, DeskPost.HereOf(form));
    }

    private static async Task<IResult> Act(DeskCall call, Func<DeskPost, Task<IResult>> act)
    {
        var form = await call.Http.Request.ReadFormAsync(call.Http.RequestAborted);
        var post = new DeskPost(call, form);
        try
        {
            return await act(post);
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Unauthenticated)
        {
            var draft = new Draft(call.Http.Request.Path, form, Problem.Of(e));
            return await ShownAgain(call, post.Here, draft);
        }
    }

    /// <summary>The page of the form, with the form as it was typed and why it was not done.</summary>
    private static Task<IResult> ShownAgain(DeskCall call, string here, Draft draft)
    {
        var parts = here.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["desk", "cases", var id] => CasePages.Show(call, $"{call.Session.Parent}/cases/{id}", draft),
            ["desk", "call"] => CallPages.Show(call, draft),
            ["desk", "approvals"] => ApprovalPages.Show(call, draft),
            ["desk", "delegation"] => DelegationPages.Show(call, draft),
            _ => Task.FromResult(ErrorPages.ResultOf(draft.Problem, call.Http)),
        };
    }
}
