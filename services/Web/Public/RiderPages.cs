using System.Text.RegularExpressions;
using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Faults.V1;
using Mobility.Platform;
using Mobility.Platform.Auth;
using Mobility.Refunds.V1;
using Mobility.Web.SignIn;

namespace Mobility.Web.Public;

/// <summary>A fault of the vehicle in a rider's hand: its code, what is wrong, done; and what came of it.</summary>
public static partial class RiderPages
{
    /// <summary>A ride that ended longer ago than this is not what the rider stands beside.</summary>
    private static readonly TimeSpan RideAge = TimeSpan.FromHours(24);

    private const int Shown = 20;
    private const string CodeCookie = "mobility-code";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/r/{client}", Start).ExcludeFromDescription();
        routes.MapGet("/r/{client}/{code}", Ask).ExcludeFromDescription();
        // Another address than the page's own, as for reports.
        routes.MapPost("/r/{client}/{code}/send", Send).ExcludeFromDescription();
        routes
            .MapGet("/r/{client}/{code}/send", (string client, string code) => View.Then($"/r/{client}/{code}"))
            .ExcludeFromDescription();
        routes.MapGet("/r/{client}/faults/{id:guid}", Status).ExcludeFromDescription();
    }

    private static async Task<IResult> Start(string client, string? code, HttpContext http, ClientCatalogue clients)
    {
        if (clients.Find(client) is not { } profile)
        {
            return new PageNotFound();
        }
        if (!string.IsNullOrWhiteSpace(code))
        {
            return Printed().IsMatch(code.Trim())
                ? View.Then($"/r/{client}/{Uri.EscapeDataString(code.Trim().ToUpperInvariant())}")
                : View.Of<RiderStart>(("Client", profile), ("WrongCode", code));
        }
        if (await RiderOf(http, client) is not { } session)
        {
            return View.Of<RiderStart>(("Client", profile));
        }
        if (SignInPages.Next(http, $"/r/{client}") is { } next)
        {
            return View.Then(next);
        }
        if (http.Request.Cookies[CodeCookie] is { } read && Printed().IsMatch(read))
        {
            // The code that was read before the sign-in led away from it.
            http.Response.Cookies.Delete(CodeCookie);
            return View.Then($"/r/{client}/{read}");
        }
        var backends = http.RequestServices.GetRequiredService<Backends>();
        var options = Backends.For(http, session.Token);
        var faults = Part.Of(
            backends.Faults.ListFaultsAsync(
                new ListFaultsRequest { Parent = session.Parent, PageSize = Shown },
                options
            )
        );
        var messages = Part.Of(
            backends.Desk.ListMessagesAsync(
                new ListMessagesRequest { Parent = session.Parent, PageSize = Shown },
                options
            )
        );
        return View.Of<RiderStart>(
            ("Client", profile),
            ("Session", session),
            ("Faults", await faults),
            ("Messages", await messages),
            ("Now", NowOf(http))
        );
    }

    private static async Task<IResult> Ask(string client, string code, HttpContext http, ClientCatalogue clients)
    {
        if (clients.Find(client) is not { } profile || !Printed().IsMatch(code))
        {
            return new PageNotFound();
        }
        if (await RiderOf(http, client) is null)
        {
            http.Response.Cookies.Append(
                CodeCookie,
                code.ToUpperInvariant(),
                new CookieOptions
                {
                    HttpOnly = true,
                    Secure = http.Request.IsHttps,
                    SameSite = SameSiteMode.Lax,
                    MaxAge = TimeSpan.FromMinutes(15),
                }
            );
            return View.Of<RiderDoor>(("Client", profile), ("Code", code.ToUpperInvariant()));
        }
        return View.Keepable(http, View.Of<RiderAsk>(("Client", profile), ("Code", code.ToUpperInvariant())));
    }

    private static async Task<IResult> Send(
        string client,
        string code,
        HttpContext http,
        ClientCatalogue clients,
        Backends backends
    )
    {
        if (clients.Find(client) is not { } profile || !Printed().IsMatch(code))
        {
            return new PageNotFound();
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (await RiderOf(http, client) is not { } session)
        {
            return SignInPages.Ask(http, form, $"/r/{client}/{code}");
        }
        try
        {
            var fault = new Fault
            {
                PrintedCode = code,
                Category = form["category"].ToString(),
                Note = form["note"].ToString(),
                Channel = Channel.App,
                Language = Words.Of(http).Language,
                Ride = form["riding"] == "yes" ? await RideOn(http, backends, session, code) : "",
            };
            var made = await backends.Faults.CreateFaultAsync(
                new CreateFaultRequest
                {
                    Parent = session.Parent,
                    Fault = fault,
                    RequestId = form[RequestIds.Field].ToString(),
                },
                Backends.For(http, session.Token)
            );
            return View.Then($"/r/{client}/faults/{made.Name.Split('/')[^1]}");
        }
        catch (RpcException e)
        {
            var problem = Problem.Of(e);
            var draft = new Draft(http.Request.Path, form, problem);
            return View.Of<RiderAsk>(
                problem.FormStatus,
                ("Client", profile),
                ("Code", code),
                ("Problem", problem),
                ("RequestId", draft.RequestId),
                ("Riding", form["riding"] == "yes"),
                ("Note", form["note"].ToString())
            );
        }
    }

    private static async Task<IResult> Status(
        string client,
        Guid id,
        HttpContext http,
        ClientCatalogue clients,
        Backends backends
    )
    {
        if (clients.Find(client) is not { } profile)
        {
            return new PageNotFound();
        }
        if (await RiderOf(http, client) is not { } session)
        {
            return SignInPages.Ask(http);
        }
        var name = $"clients/{client}/faults/{id}";
        var options = Backends.For(http, session.Token);
        var fault = Part.Of(backends.Faults.GetFaultAsync(new GetFaultRequest { Name = name }, options));
        var refunds = Part.Of(
            backends.Refunds.ListRefundsAsync(
                new ListRefundsRequest { Parent = session.Parent, PageSize = Platform.Rpc.Limits.PageSize },
                options
            )
        );
        var messages = Part.Of(
            backends.Desk.ListMessagesAsync(
                new ListMessagesRequest { Parent = session.Parent, PageSize = Platform.Rpc.Limits.PageSize },
                options
            )
        );
        await Task.WhenAll(fault, refunds, messages);
        if ((await fault).Missing is { IsAway: false } refused)
        {
            return ErrorPages.ResultOf(refused, http);
        }
        return View.Of<RiderFault>(
            ("Client", profile),
            ("Name", name),
            ("Fault", await fault),
            ("Refunds", await refunds),
            ("Messages", await messages),
            ("Now", NowOf(http))
        );
    }

    /// <summary>The rider's last ride on the vehicle, when it is the one that they speak of.</summary>
    private static async Task<string> RideOn(HttpContext http, Backends backends, Session session, string code)
    {
        var rides = await Part.Of(
            backends.Faults.ListRidesAsync(
                new ListRidesRequest
                {
                    Parent = session.Parent,
                    PrintedCode = code,
                    PageSize = 1,
                },
                Backends.For(http, session.Token)
            )
        );
        // A report without its ride is worth more than none: what is missing here stops nothing.
        return
            rides.Value?.Rides.FirstOrDefault() is { } ride && ride.StartTime.ToDateTimeOffset() > NowOf(http) - RideAge
            ? ride.Name
            : "";
    }

    private static async Task<Session?> RiderOf(HttpContext http, string client) =>
        await Sessions.Current(http) is { Role: Role.Rider } session
        && string.Equals(session.Client, client, StringComparison.Ordinal)
            ? session
            : null;

    private static DateTimeOffset NowOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,32}\z", RegexOptions.None, 100)]
    private static partial Regex Printed();
}
