namespace Mobility.Web.AgentDesk;

/// <summary>What the client has granted, what is left of it, and the button that ends it at once.</summary>
public static class DelegationPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Page(routes, "/desk/delegation", call => Show(call, draft: null));
        DeskPages.Form(routes, "/desk/delegation/{id:guid}/stop", Stop);
    }

    public static async Task<IResult> Show(DeskCall call, Draft? draft)
    {
        var ask = new Gathering(call.Session, call.Http.RequestAborted);
        var page = await ask.Ask(
            "refunds",
            o => call.Backends.Refunds.ListDelegationsAsync(new() { Parent = ask.Parent, PageSize = 10 }, o)
        );
        return View.Of<DelegationPage>(
            draft?.Problem.FormStatus ?? StatusCodes.Status200OK,
            ("Context", DeskContext.Of(call.Http, call.Session, "/desk/delegation", draft)),
            ("Delegations", page?.Delegations ?? []),
            ("Missing", ask.Missing),
            ("Said", call.Query("said"))
        );
    }

    private static async Task<IResult> Stop(DeskPost post)
    {
        await post.Backends.Refunds.RevokeDelegationAsync(
            new()
            {
                Name = post.Name("delegations"),
                Reason = post["reason"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "stopped");
    }
}
