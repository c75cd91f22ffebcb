using Mobility.Refunds.V1;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Web.AgentDesk;

/// <summary>What waits for people: what this person can agree to first, and last what nobody knows about.</summary>
public static class ApprovalPages
{
    /// <summary>A list that is longer is worked off from its oldest end; more on a page helps nobody.</summary>
    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes) =>
        DeskPages.Page(routes, "/desk/approvals", call => Show(call, draft: null));

    public static async Task<IResult> Show(DeskCall call, Draft? draft)
    {
        var ask = new Gathering(call.Session, call.Http.RequestAborted);
        var parent = ask.Parent;
        var (waiting, reviewed) = (In(RefundState.AwaitingApproval), In(RefundState.UnderReview));
        var duty = ask.Ask("desk", o => call.Backends.Desk.GetDutyAsync(new() { Parent = parent }, o));
        var refunds = (await waiting)?.Refunds ?? [];
        var reviews = (await reviewed)?.Refunds ?? [];
        var context = DeskContext.Of(call.Http, call.Session, "/desk/approvals", draft) with
        {
            Aliases = DeskContext.AliasesOf(matter: null, (await duty)?.Shifts ?? []),
        };
        return View.Of<ApprovalsPage>(
            draft?.Problem.FormStatus ?? StatusCodes.Status200OK,
            ("Context", context),
            ("Refunds", Ordered(refunds, call, draft)),
            ("Reviews", reviews.OrderBy(r => r.CreateTime).ToList()),
            ("Missing", ask.Missing),
            ("Said", call.Query("said"))
        );

        Task<ListRefundsResponse?> In(RefundState state) =>
            ask.Ask(
                "refunds",
                o =>
                    call.Backends.Refunds.ListRefundsAsync(
                        new()
                        {
                            Parent = parent,
                            State = state,
                            PageSize = Most,
                        },
                        o
                    )
            );
    }

    /// <summary>What was just answered in vain stands where the refusal is read.</summary>
    private static List<Refund> Ordered(IEnumerable<Refund> refunds, DeskCall call, Draft? draft) =>
        [
            .. refunds
                .OrderByDescending(r => draft?.Action.Contains(DeskContext.Id(r.Name), StringComparison.Ordinal))
                .ThenByDescending(r => IsFor(call, r))
                .ThenBy(r => r.CreateTime),
        ];

    private static bool IsFor(DeskCall call, Refund refund) =>
        refund.AwaitedRole switch
        {
            MemberRole.Lead => call.Session.Role == Platform.Auth.Role.Lead,
            MemberRole.ClientOfficer => call.Session.Role == Platform.Auth.Role.ClientOfficer,
            _ => false,
        };
}
