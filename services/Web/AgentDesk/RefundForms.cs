using Mobility.Refunds.V1;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Web.AgentDesk;

/// <summary>What people do with money and in the operator's name: ask, agree, refuse, take back, find out, end,
/// lock.</summary>
public static class RefundForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        DeskPages.Form(routes, "/desk/cases/{id:guid}/refund", Ask);
        DeskPages.Form(routes, "/desk/cases/{id:guid}/end-ride", EndRide);
        DeskPages.Form(routes, "/desk/cases/{id:guid}/lock-vehicle", LockVehicle);
        DeskPages.Form(routes, "/desk/refunds/{id:guid}/approve", Approve);
        DeskPages.Form(routes, "/desk/refunds/{id:guid}/decline", Decline);
        DeskPages.Form(routes, "/desk/refunds/{id:guid}/withdraw", Withdraw);
        DeskPages.Form(routes, "/desk/refunds/{id:guid}/resolve-done", p => Resolve(p, ReviewOutcome.Done));
        DeskPages.Form(routes, "/desk/refunds/{id:guid}/resolve-not-done", p => Resolve(p, ReviewOutcome.NotDone));
    }

    private static async Task<IResult> Ask(DeskPost post)
    {
        var abort = post.Call.Http.RequestAborted;
        var name = post.Name("cases");
        if (await CaseFile.Load(post.Backends, post.Session, name, post["ride"], abort) is not { } file)
        {
            return new PageNotFound();
        }
        var choice = RefundChoice.Read(key => post[key], file);
        return choice.Payment.Length == 0
            ? new PageNotFound()
            : await Create(post, choice.ToRefund(file, post["note"]));
    }

    private static Task<IResult> EndRide(DeskPost post) =>
        Create(
            post,
            new Refund
            {
                Action = RefundAction.EndRide,
                Ride = post["ride"],
                Reason = "GOODWILL",
                Case = post.Name("cases"),
            }
        );

    private static Task<IResult> LockVehicle(DeskPost post) =>
        Create(
            post,
            new Refund
            {
                Action = RefundAction.LockVehicle,
                Vehicle = post["vehicle"],
                Reason = "VEHICLE_UNSAFE",
                Case = post.Name("cases"),
            }
        );

    private static async Task<IResult> Create(DeskPost post, Refund refund)
    {
        var made = await post.Backends.Refunds.CreateRefundAsync(
            new()
            {
                Parent = post.Session.Parent,
                Refund = refund,
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(
            post.Here,
            made.State switch
            {
                RefundState.Denied => "refund-denied",
                RefundState.AwaitingApproval => "refund-waits",
                RefundState.AwaitingEvidence => "refund-lacks",
                _ => "refund-asked",
            }
        );
    }

    private static async Task<IResult> Approve(DeskPost post)
    {
        var refund = await post.Backends.Refunds.ApproveRefundAsync(
            new()
            {
                Name = post.Name("refunds"),
                RequestHash = post["hash"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, refund.State == RefundState.AwaitingApproval ? "approved-first" : "approved");
    }

    private static async Task<IResult> Decline(DeskPost post)
    {
        await post.Backends.Refunds.DeclineRefundAsync(
            new()
            {
                Name = post.Name("refunds"),
                Note = post["note"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, "declined");
    }

    private static async Task<IResult> Withdraw(DeskPost post)
    {
        await post.Backends.Refunds.WithdrawRefundAsync(
            new() { Name = post.Name("refunds"), RequestId = post.RequestId },
            post.Options
        );
        return DeskPages.Done(post.Here, "withdrawn");
    }

    private static async Task<IResult> Resolve(DeskPost post, ReviewOutcome outcome)
    {
        var refund = await post.Backends.Refunds.ResolveRefundAsync(
            new()
            {
                Name = post.Name("refunds"),
                Outcome = outcome,
                GatewayTransactionKey = post["key"],
                Evidence = post["evidence"],
                RequestId = post.RequestId,
            },
            post.Options
        );
        return DeskPages.Done(post.Here, refund.State == RefundState.UnderReview ? "reviewed-first" : "reviewed");
    }
}
