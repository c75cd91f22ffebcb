using Mobility.Parking.V1;

namespace Mobility.Web.AgentDesk;

/// <summary>The queue, the page of a case, the answer before the click, and photos.</summary>
public static class CasePages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Page(routes, "/desk", ShowQueue);
        DeskPages.Page(routes, "/desk/cases/{id:guid}", call => Show(call, call.Name("cases"), draft: null));
        DeskPages.Page(routes, "/desk/cases/{id:guid}/advice", ShowAdvice);
        DeskPages.Page(routes, "/desk/photos/{id:guid}", ShowPhoto);
    }

    /// <summary>The page of a case.</summary>
    /// <param name="call">Who asks.</param>
    /// <param name="name">Name of the case.</param>
    /// <param name="draft">A form of it that was not done.</param>
    /// <param name="shown">How a reporter can be reached, when that was just asked for.</param>
    public static async Task<IResult> Show(DeskCall call, string name, Draft? draft, ComplaintContact? shown = null)
    {
        var file = await CaseFile.Load(call.Backends, call.Session, name, call.Query("ride"), call.Http.RequestAborted);
        if (file is null)
        {
            return new PageNotFound();
        }
        var choice = RefundChoice.Read(key => draft?.Form[key].ToString() ?? call.Query(key), file);
        return View.Of<CasePage>(
            draft?.Problem.FormStatus ?? StatusCodes.Status200OK,
            ("Context", ContextOf(call, file, draft) with { Shown = shown }),
            ("File", file),
            ("Choice", choice),
            ("Advice", await choice.Weigh(call.Backends, call.Session, file, call.Http.RequestAborted)),
            ("Said", call.Query("said"))
        );
    }

    private static DeskContext ContextOf(DeskCall call, CaseFile file, Draft? draft) =>
        DeskContext.Of(call.Http, call.Session, $"/desk/cases/{DeskContext.Id(file.Case.Name)}", draft) with
        {
            Aliases = DeskContext.AliasesOf(file.Case, file.Duty),
        };

    private static async Task<IResult> ShowQueue(DeskCall call)
    {
        var queue = await DeskQueue.Load(call.Backends, call.Session, call.Http.RequestAborted);
        var aliases = queue
            .Duty.Select(s => (s.Person, s.Alias))
            .Concat(queue.Mine.Concat(queue.Team).Select(r => (Person: r.Case.Owner, Alias: r.Case.OwnerAlias)));
        var context = DeskContext.Of(call.Http, call.Session, "/desk") with
        {
            Aliases = DeskContext.AliasesOf(aliases),
        };
        return View.Of<QueuePage>(("Context", context), ("Queue", queue), ("Said", call.Query("said")));
    }

    private static async Task<IResult> ShowAdvice(DeskCall call)
    {
        var name = call.Name("cases");
        var file = await CaseFile.Load(call.Backends, call.Session, name, call.Query("ride"), call.Http.RequestAborted);
        if (file is null)
        {
            return new PageNotFound();
        }
        var choice = RefundChoice.Read(call.Query, file);
        // An amount that was deleted is no wish for the whole payment.
        choice = choice with
        {
            Amount = RefundChoice.AmountOf(call.Query("amount")) ?? 0,
        };
        return View.Of<AdviceFragment>(
            ("Context", ContextOf(call, file, draft: null)),
            ("File", file),
            ("Choice", choice),
            ("Advice", await choice.Weigh(call.Backends, call.Session, file, call.Http.RequestAborted))
        );
    }

    private static async Task<IResult> ShowPhoto(DeskCall call)
    {
        var photo = await call.Backends.Parking.GetComplaintPhotoAsync(
            new() { Name = call.Name("photos") },
            call.Options
        );
        return Results.Bytes(photo.Content.ToByteArray(), photo.MediaType);
    }
}
