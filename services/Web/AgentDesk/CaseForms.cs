using System.Globalization;
using Mobility.Desk.V1;

namespace Mobility.Web.AgentDesk;

/// <summary>What people do with a case: take, give, hand over, note, answer, close.</summary>
public static class CaseForms
{
    private const string Path = "/desk/cases/{id:guid}/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Form(routes, Path + "assign", Assign);
        DeskPages.Form(routes, Path + "hand-over", HandOver);
        DeskPages.Form(routes, Path + "note", Note);
        DeskPages.Form(routes, Path + "reply", Reply);
        DeskPages.Form(routes, Path + "close", Close);
    }

    private static async Task<IResult> Assign(DeskPost post)
    {
        await post.Backends.Desk.AssignCaseAsync(
            new()
            {
                Name = post.Name("cases"),
                Etag = post["etag"],
                Owner = post["owner"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, post["owner"] == post.Session.Subject ? "taken" : "given");
    }

    private static async Task<IResult> HandOver(DeskPost post)
    {
        await post.Backends.Desk.HandOverCaseAsync(
            new()
            {
                Name = post.Name("cases"),
                Reason = post["reason"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "handed-over");
    }

    private static async Task<IResult> Note(DeskPost post)
    {
        await post.Backends.Desk.AddCaseNoteAsync(
            new()
            {
                Name = post.Name("cases"),
                Note = new CaseNote { Text = post["text"] },
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "noted");
    }

    /// <summary>The agent's own words to the rider; each form is a message of its own.</summary>
    private static async Task<IResult> Reply(DeskPost post)
    {
        await post.Backends.Desk.SendMessageAsync(
            new()
            {
                Parent = post.Session.Parent,
                Message = new Message
                {
                    Recipient = post["rider"],
                    Subject = post.Name("cases"),
                    Case = post.Name("cases"),
                    Kind = "reply",
                    Text = post["text"],
                },
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "replied");
    }

    private static async Task<IResult> Close(DeskPost post)
    {
        var need = int.TryParse(post["need"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        await post.Backends.Desk.CloseCaseAsync(
            new()
            {
                Name = post.Name("cases"),
                Etag = post["etag"],
                Need = need ? (CaseNeed)number : CaseNeed.Unspecified,
                Note = post["note"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "closed");
    }
}
