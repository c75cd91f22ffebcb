using Grpc.Core;
using Mobility.Desk.V1;
using Mobility.Platform.Auth;
using Mobility.Platform.Rpc;

namespace Mobility.Desk;

/// <summary>Gives an open case to a member who is on duty. Agents take what is not with the lead, leads give.</summary>
public static class AssignCase
{
    public static Task<V1.Case> Handle(AssignCaseRequest request, Call call)
    {
        var check = new Check(call);
        var owner = Names.PersonId(request.Owner);
        check.That(owner is not null, "owner", "must have the form people/{uuid}");
        return new CaseChange(request.Name, request.Etag, request.RequestId, request).Take(
            call,
            check,
            async (tx, before) =>
            {
                var after = before.Assign(owner!.Value, tx.Now);
                DemandRight(before, request.Owner, call.Caller);
                if (!(await Ownership.Facts(tx)).IsOnDuty(owner))
                {
                    throw new Refusal(
                        StatusCode.FailedPrecondition,
                        Errors.OwnerNotOnDuty,
                        "The case can be given only to an active member who is on duty now.",
                        ("owner", request.Owner)
                    );
                }

                await CaseTable.Save(tx, after);
                await CaseLogTable.Add(tx, after.Id, CaseLogKind.Assigned, call.Caller.Subject, request.Owner);
            }
        );
    }

    private static void DemandRight(Case before, string owner, Caller caller)
    {
        if (caller.Role == Role.Lead)
        {
            return;
        }

        if (!string.Equals(owner, caller.Subject, StringComparison.Ordinal))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.AgentTakesOnly,
                "An agent takes cases; only a lead gives them to others."
            );
        }

        if (before.HandedOver)
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                Errors.CaseWithLead,
                "The case was handed to the lead; only a lead gives it back."
            );
        }
    }
}
