using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform;

namespace Mobility.Web.Public;

/// <summary>A badly parked vehicle, reported by whoever it is in the way of: no account, one page.</summary>
public static class ReportPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/p/{client}", Show).ExcludeFromDescription();
        // Another address than the page's own: browsers forget a page that something was posted to, and with it the
        // request id that the back button must find again.
        routes.MapPost("/p/{client}/send", Send).ExcludeFromDescription();
        routes.MapGet("/p/{client}/send", (string client) => View.Then($"/p/{client}")).ExcludeFromDescription();
        routes.MapPost("/p/{client}/place", LookUp).ExcludeFromDescription();
        routes.MapGet("/p/{client}/done", Done).ExcludeFromDescription();
    }

    private static IResult Show(string client, string? code, HttpContext http, ClientCatalogue clients) =>
        clients.Find(client) is { } profile
            ? View.Keepable(http, Page(http, profile, ReportForm.New(code)))
            : new PageNotFound();

    private static async Task<IResult> Send(
        string client,
        HttpContext http,
        ClientCatalogue clients,
        Backends backends,
        Words words
    )
    {
        if (clients.Find(client) is not { } profile)
        {
            return new PageNotFound();
        }
        var sent = await http.Request.ReadFormAsync(http.RequestAborted);
        var form = ReportForm.Of(sent);
        switch (sent["do"].ToString())
        {
            case "row":
                return Page(http, profile, form with { Rows = Math.Min(form.Rows + 1, ReportForm.VehiclesMax) });
            case "place" when form.Point is not null:
                return Page(http, profile, form, place: await PlaceOf(http, backends, client, form));
        }
        if (form.Violations() is { Count: > 0 } violations)
        {
            var problem = Problem.Own(
                StatusCode.InvalidArgument,
                "FIELD_INVALID",
                "The form is not complete.",
                [.. violations]
            );
            return Page(http, profile, form, problem, photosLost: sent.Files.Count > 0);
        }
        try
        {
            var request = form.Request(client, words.Language, PostLimit.SenderOf(http), ComplaintChannel.Web);
            var complaint = await backends.Parking.CreateComplaintAsync(request, Backends.For(http, token: null));
            var code = complaint.TrackingCode;
            var problems = await Photos.Add(http, backends, sent.Files, code, form.RequestId);
            TrackingCookie.Put(http, new Tracking(code, client, problems) { RequestId = form.RequestId });
            return View.Then($"/p/{client}/done");
        }
        catch (RpcException e)
        {
            return Page(http, profile, form, Problem.Of(e), photosLost: sent.Files.Count > 0);
        }
    }

    private static async Task<IResult> LookUp(
        string client,
        HttpContext http,
        ClientCatalogue clients,
        Backends backends
    )
    {
        if (clients.Find(client) is not { } profile)
        {
            return new PageNotFound();
        }
        var form = ReportForm.Of(await http.Request.ReadFormAsync(http.RequestAborted));
        var place = form.Point is null ? null : await PlaceOf(http, backends, client, form);
        return View.Of<PlacePanel>(("Place", place), ("Client", profile), ("Now", NowOf(http)), ("Codes", form.Codes));
    }

    private static async Task<IResult> Done(string client, HttpContext http, ClientCatalogue clients, Backends backends)
    {
        if (clients.Find(client) is not { } profile)
        {
            return new PageNotFound();
        }
        if (TrackingCookie.Get(http) is not { } tracking || tracking.Client != client)
        {
            return View.Then($"/p/{client}");
        }
        var tracked = await Part.Of(
            backends.Parking.TrackComplaintAsync(
                new TrackComplaintRequest { TrackingCode = tracking.Code, Sender = PostLimit.SenderOf(http) },
                Backends.For(http, token: null)
            )
        );
        return View.Of<ReportDone>(
            ("Client", profile),
            ("Tracking", tracking),
            ("Tracked", tracked),
            ("Now", NowOf(http))
        );
    }

    private static Task<Part<Place>> PlaceOf(HttpContext http, Backends backends, string client, ReportForm form) =>
        Part.Of(backends.Parking.LookUpPlaceAsync(form.LookUp(client), Backends.For(http, token: null)));

    private static IResult Page(
        HttpContext http,
        ClientProfile client,
        ReportForm form,
        Problem? problem = null,
        Part<Place>? place = null,
        bool photosLost = false
    )
    {
        var sent = TrackingCookie.Get(http);
        var reused = problem?.Reason == Problem.RequestIdReused;
        return View.Of<Report>(
            problem?.FormStatus ?? StatusCodes.Status200OK,
            ("Client", client),
            // What was changed after it was sent is another report.
            ("Form", reused ? form with { RequestId = RequestIds.New() } : form),
            ("Problem", problem),
            ("Place", place),
            ("SentBefore", sent?.Client == client.Id && (!reused || sent.RequestId == form.RequestId)),
            ("PhotosLost", photosLost),
            ("Now", NowOf(http))
        );
    }

    private static DateTimeOffset NowOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
}
