using Grpc.Core;
using Mobility.Parking.V1;
using Mobility.Platform.Auth;
using Mobility.Web.Public;

namespace Mobility.Web.AgentDesk;

/// <summary>A caller has a badly parked vehicle before the door: the agent files the complaint for them, and reads out
/// the code by which they follow it.</summary>
public static class CallerComplaint
{
    public const string Path = DeskPages.Root + "/complaint";
    public const string SendPath = Path + "/send";

    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Page(routes, Path, call => Task.FromResult(Show(call, ReportForm.New(call.Query("code")))));
        DeskPages.Form(routes, SendPath, Send);
        DeskPages.Page(routes, SendPath, _ => Task.FromResult(View.Then(Path)));
        DeskPages.Page(routes, DeskPages.Root + "/complaints/{id:guid}", ToCase);
    }

    private static async Task<IResult> Send(DeskPost post)
    {
        var form = ReportForm.Of(post.Form);
        var call = post.Call;
        switch (post["do"])
        {
            case "row":
                return Show(call, form with { Rows = Math.Min(form.Rows + 1, ReportForm.VehiclesMax) });
            case "place" when form.Point is not null:
                var asked = call.Backends.Parking.LookUpPlaceAsync(form.LookUp(call.Session.Client), call.Options);
                return Show(call, form, place: await Part.Of(asked));
        }
        if (form.Violations() is { Count: > 0 } wrong)
        {
            return Show(
                call,
                form,
                Problem.Own(StatusCode.InvalidArgument, "FIELD_INVALID", "Incomplete.", [.. wrong])
            );
        }
        var language = Words.Of(call.Http).Language;
        // Every caller's complaint comes from the desk's own address: it tells nobody apart.
        var request = form.Request(call.Session.Client, language, sender: "", ComplaintChannel.Phone);
        try
        {
            // The page of the form's own reply shows the code: no address and no cookie carries it, and sending the
            // form again answers the same.
            var filed = await call.Backends.Parking.CreateComplaintAsync(request, call.Options);
            return View.Of<CallerComplaintFiled>(("Context", ContextOf(call)), ("Complaint", filed));
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Unauthenticated)
        {
            var problem = Problem.Of(e);
            var reused = problem.Reason == Problem.RequestIdReused;
            return Show(call, reused ? form with { RequestId = RequestIds.New() } : form, problem);
        }
    }

    /// <summary>Its case, once there is one.</summary>
    private static async Task<IResult> ToCase(DeskCall call)
    {
        var cases = await call.Backends.Desk.ListCasesAsync(
            new() { Parent = call.Session.Parent, Part = call.Name("complaints") },
            call.Options
        );
        return cases.Cases.FirstOrDefault() is { } matter
            ? View.Then($"{DeskPages.Root}/cases/{DeskContext.Id(matter.Name)}")
            : DeskPages.Done(DeskPages.Root, "complaint-filed");
    }

    private static IResult Show(DeskCall call, ReportForm form, Problem? problem = null, Part<Place>? place = null) =>
        call.Session.Role is Role.Agent or Role.Lead
            ? View.Of<CallerComplaintPage>(
                problem?.FormStatus ?? StatusCodes.Status200OK,
                ("Context", ContextOf(call)),
                ("Form", form),
                ("Problem", problem),
                ("Place", place)
            )
            : new PageNotFound();

    private static DeskContext ContextOf(DeskCall call) => DeskContext.Of(call.Http, call.Session, Path);
}
