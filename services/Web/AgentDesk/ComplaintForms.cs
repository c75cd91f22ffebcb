using Google.Protobuf;
using Mobility.Parking.V1;

namespace Mobility.Web.AgentDesk;

/// <summary>What people decide about a complaint or a fault on the page of its case.</summary>
public static class ComplaintForms
{
    private const string Complaint = "/desk/cases/{id:guid}/complaints/{complaint:guid}/";
    private const string Fault = "/desk/cases/{id:guid}/faults/{fault:guid}/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Form(routes, Complaint + "uphold", Uphold);
        DeskPages.Form(routes, Complaint + "reject", Reject);
        DeskPages.Form(routes, Complaint + "dispatch", Dispatch);
        DeskPages.Form(routes, Complaint + "resolve", Resolve);
        DeskPages.Form(routes, Complaint + "split", Split);
        DeskPages.Form(routes, Complaint + "contact", ShowContact);
        DeskPages.Form(routes, Fault + "confirm", ConfirmFault);
        DeskPages.Form(routes, Fault + "reject", RejectFault);
        DeskPages.Form(routes, Fault + "resolve", ResolveFault);
    }

    private static string ComplaintOf(DeskPost post) => post.Name("complaints", "complaint");

    private static string FaultOf(DeskPost post) => post.Name("faults", "fault");

    private static async Task<IResult> Uphold(DeskPost post)
    {
        var request = new UpholdComplaintRequest
        {
            Name = ComplaintOf(post),
            Etag = post["etag"],
            RequestId = post.RequestId,
        };
        char[] between = [',', ' ', '\n', '\r', '\t'];
        var typed = post["codes"].Split(between, StringSplitOptions.RemoveEmptyEntries);
        request.PrintedCodes.AddRange(
            post.Form["code"].OfType<string>().Concat(typed).Distinct(StringComparer.OrdinalIgnoreCase)
        );
        await post.Backends.Parking.UpholdComplaintAsync(request, post.Options);
        return DeskPages.Done(post.Here, "upheld");
    }

    private static async Task<IResult> Reject(DeskPost post)
    {
        await post.Backends.Parking.RejectComplaintAsync(
            new()
            {
                Name = ComplaintOf(post),
                Etag = post["etag"],
                Reason = post["reason"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "rejected");
    }

    private static async Task<IResult> Dispatch(DeskPost post)
    {
        await post.Backends.Parking.DispatchComplaintAsync(
            new()
            {
                Name = ComplaintOf(post),
                Etag = post["etag"],
                Note = post["note"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "dispatched");
    }

    /// <summary>The photo comes first; a form that is sent again after half of it adds no second one. The photo changes
    /// the complaint itself, so with one the etag that the page showed can no longer be asked for.</summary>
    private static async Task<IResult> Resolve(DeskPost post)
    {
        var (proof, etag) = ("", post["etag"]);
        if (post.Form.Files.GetFile("proof") is { Length: > 0 } file)
        {
            await using var stream = file.OpenReadStream();
            var photo = await post.Backends.Parking.AddComplaintPhotoAsync(
                new()
                {
                    Name = ComplaintOf(post),
                    Content = await ByteString.FromStreamAsync(stream, post.Call.Http.RequestAborted),
                    RequestId = RequestIds.Derived(post.RequestId, "proof"),
                },
                post.Options
            );
            (proof, etag) = (photo.Name, "");
        }
        await post.Backends.Parking.ResolveComplaintAsync(
            new()
            {
                Name = ComplaintOf(post),
                Etag = etag,
                Reason = post["reason"],
                ProofPhoto = proof,
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "resolved");
    }

    private static async Task<IResult> Split(DeskPost post)
    {
        await post.Backends.Parking.SplitComplaintAsync(
            new()
            {
                Name = ComplaintOf(post),
                Note = post["note"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "split");
    }

    /// <summary>Shown once, on the page that answers the form: no address leads to it.</summary>
    private static async Task<IResult> ShowContact(DeskPost post)
    {
        var contact = await post.Backends.Parking.GetComplaintContactAsync(
            new() { Name = ComplaintOf(post), Purpose = post["purpose"] },
            post.Options
        );
        return await CasePages.Show(post.Call, post.Name("cases"), draft: null, contact);
    }

    private static async Task<IResult> ConfirmFault(DeskPost post)
    {
        await post.Backends.Faults.ConfirmFaultAsync(
            new()
            {
                Name = FaultOf(post),
                Etag = post["etag"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "fault-confirmed");
    }

    private static async Task<IResult> RejectFault(DeskPost post)
    {
        await post.Backends.Faults.RejectFaultAsync(
            new()
            {
                Name = FaultOf(post),
                Etag = post["etag"],
                Note = post["note"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "fault-rejected");
    }

    private static async Task<IResult> ResolveFault(DeskPost post)
    {
        await post.Backends.Faults.ResolveFaultAsync(
            new()
            {
                Name = FaultOf(post),
                Etag = post["etag"],
                Note = post["note"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "fault-resolved");
    }
}
