using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform;

namespace Mobility.Web.Public;

/// <summary>What became of a complaint, for who holds its code: typed into a form, never in an address.</summary>
public static class TrackingPages
{
    public const string Path = "/t";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (Delegate)Show).ExcludeFromDescription();
        routes.MapPost(Path, Open).ExcludeFromDescription();
        routes.MapPost(Path + "/close", Close).ExcludeFromDescription();
        routes.MapPost(Path + "/withdraw", Withdraw).ExcludeFromDescription();
        routes.MapPost(Path + "/feedback", GiveFeedback).ExcludeFromDescription();
        routes.MapPost(Path + "/reopen", Reopen).ExcludeFromDescription();
        routes.MapPost(Path + "/photos", AddPhotos).ExcludeFromDescription();
        routes.MapGet(Path + "/{act}", (string act) => View.Then(Path)).ExcludeFromDescription();
        routes.MapGet(Path + "/photos/{client}/{id:guid}", Photo).ExcludeFromDescription();
    }

    private static Task<IResult> Show(HttpContext http) => Page(http, draft: null);

    private static async Task<IResult> Open(HttpContext http, Backends backends)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var code = form["tracking_code"].ToString().Trim();
        try
        {
            var tracked = await Track(http, backends, code);
            TrackingCookie.Put(http, new Tracking(code, ClientOf(tracked), []));
            return View.Then(Path);
        }
        catch (RpcException e)
        {
            var problem = Problem.Of(e);
            return View.Of<TrackForm>(problem.FormStatus, ("Problem", problem), ("Code", code));
        }
    }

    private static IResult Close(HttpContext http)
    {
        TrackingCookie.Forget(http);
        return View.Then(Path);
    }

    private static Task<IResult> Withdraw(HttpContext http, Backends backends) =>
        Act(
            http,
            (code, form) =>
                backends.Parking.WithdrawComplaintAsync(
                    new WithdrawComplaintRequest { TrackingCode = code, RequestId = IdOf(form) },
                    Backends.For(http, token: null)
                )
        );

    private static Task<IResult> GiveFeedback(HttpContext http, Backends backends) =>
        Act(
            http,
            (code, form) =>
                backends.Parking.GiveComplaintFeedbackAsync(
                    new GiveComplaintFeedbackRequest
                    {
                        TrackingCode = code,
                        Feedback = new ComplaintFeedback
                        {
                            Verdict = form["verdict"].ToString() switch
                            {
                                "yes" => FeedbackVerdict.Helped,
                                "no" => FeedbackVerdict.DidNotHelp,
                                _ => FeedbackVerdict.Unspecified,
                            },
                            Text = form["text"].ToString(),
                        },
                        RequestId = IdOf(form),
                    },
                    Backends.For(http, token: null)
                )
        );

    private static Task<IResult> Reopen(HttpContext http, Backends backends) =>
        Act(
            http,
            (code, form) =>
                backends.Parking.ReopenComplaintAsync(
                    new ReopenComplaintRequest
                    {
                        TrackingCode = code,
                        Note = form["note"].ToString(),
                        RequestId = IdOf(form),
                    },
                    Backends.For(http, token: null)
                )
        );

    private static async Task<IResult> AddPhotos(HttpContext http, Backends backends)
    {
        if (TrackingCookie.Get(http) is not { } tracking)
        {
            return View.Then(Path);
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var problems = await Photos.Add(http, backends, form.Files, tracking.Code, IdOf(form));
        TrackingCookie.Put(http, tracking with { PhotoProblems = problems });
        return View.Then(Path);
    }

    /// <summary>The bytes of a photo, to who has the complaint before them.</summary>
    private static async Task<IResult> Photo(string client, Guid id, HttpContext http, Backends backends)
    {
        if (TrackingCookie.Get(http) is not { } tracking)
        {
            return new PageNotFound();
        }
        var photo = await backends.Parking.GetComplaintPhotoAsync(
            new GetComplaintPhotoRequest { Name = $"clients/{client}/photos/{id}", TrackingCode = tracking.Code },
            Backends.For(http, token: null)
        );
        return Results.Bytes(photo.Content.ToByteArray(), photo.MediaType);
    }

    /// <summary>Does something to the complaint before the browser, and shows it again; a refusal stands above
    /// it.</summary>
    private static async Task<IResult> Act(
        HttpContext http,
        Func<string, IFormCollection, AsyncUnaryCall<TrackedComplaint>> call
    )
    {
        if (TrackingCookie.Get(http) is not { } tracking)
        {
            return View.Then(Path);
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        try
        {
            await call(tracking.Code, form);
            return View.Then(Path);
        }
        catch (RpcException e)
        {
            return await Page(http, new Draft(http.Request.Path, form, Problem.Of(e)));
        }
    }

    private static async Task<IResult> Page(HttpContext http, Draft? draft)
    {
        if (TrackingCookie.Get(http) is not { } tracking)
        {
            return View.Of<TrackForm>(("Code", ""));
        }
        var backends = http.RequestServices.GetRequiredService<Backends>();
        try
        {
            var tracked = await Track(http, backends, tracking.Code);
            var clients = http.RequestServices.GetRequiredService<ClientCatalogue>();
            return View.Of<Tracked>(
                draft?.Problem.FormStatus ?? StatusCodes.Status200OK,
                ("Client", clients.Find(ClientOf(tracked)) ?? clients.All.First()),
                ("Complaint", tracked),
                ("Tracking", tracking),
                ("Draft", draft),
                ("Now", http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())
            );
        }
        catch (RpcException e)
        {
            var missing = Problem.Of(e);
            return draft is null
                ? View.Of<TrackForm>(missing.FormStatus, ("Problem", missing), ("Code", tracking.Code))
                : View.Of<TrackAway>(draft.Problem.FormStatus, ("Draft", draft));
        }
    }

    private static async Task<TrackedComplaint> Track(HttpContext http, Backends backends, string code) =>
        await backends.Parking.TrackComplaintAsync(
            new TrackComplaintRequest { TrackingCode = code, Sender = PostLimit.SenderOf(http) },
            Backends.For(http, token: null)
        );

    private static string ClientOf(TrackedComplaint tracked) => tracked.Client.Split('/')[^1];

    private static string IdOf(IFormCollection form) => form[RequestIds.Field].ToString();
}
