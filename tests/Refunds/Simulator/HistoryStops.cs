using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Delegation = Mobility.Refunds.V1.Delegation;

namespace Mobility.Tests.Refunds.Simulator;

/// <summary>Who stops, narrows and grants, and who is suspended.</summary>
internal sealed partial class History
{
    private async Task<string> StopOrGoOn()
    {
        if (delegation.State == DelegationState.Active)
        {
            var by = One(random.Next(2) == 0 ? Role.Lead : Role.ClientOfficer);
            var stop = new SuspendDelegationRequest
            {
                Name = delegation.Name,
                Reason = "이상 징후 확인",
                RequestId = NewId(),
            };
            delegation = await Call("SuspendDelegation", by, call => SuspendDelegation.Handle(stop, call));
            return $"{by.Alias} {delegation.State}";
        }
        if (delegation.State == DelegationState.Revoked)
        {
            delegation = await Granted();
            return "granted anew";
        }
        var go = new ResumeDelegationRequest
        {
            Name = delegation.Name,
            Reason = "확인 완료",
            RequestId = NewId(),
        };
        delegation = await Call("ResumeDelegation", One(Role.ClientOfficer), call => ResumeDelegation.Handle(go, call));
        return $"{delegation.State}";
    }

    /// <summary>Every limit of one budget and the largest amount of one clause are cut by a third.</summary>
    private async Task<string> Narrow()
    {
        var terms = new Delegation { Clauses = { delegation.Clauses }, Budgets = { delegation.Budgets } }.Clone();
        var budget = Any(terms.Budgets);
        budget.LimitAmount = RefundsHouse.Won(1 + (budget.LimitAmount.Units * 2 / 3));
        var clause = Any([.. terms.Clauses.Where(one => one.MaxAmount is { Units: > 10 })]);
        clause.MaxAmount = RefundsHouse.Won(clause.MaxAmount.Units * 2 / 3);
        var request = new NarrowDelegationRequest
        {
            Name = delegation.Name,
            Delegation = terms,
            Reason = "한도 축소",
            RequestId = NewId(),
        };
        delegation = await Call("NarrowDelegation", One(Role.Lead), call => NarrowDelegation.Handle(request, call));
        return $"{budget.Id} {clause.Id}";
    }

    private async Task<string> Revoke()
    {
        var request = new RevokeDelegationRequest
        {
            Name = delegation.Name,
            Reason = "계약 변경",
            RequestId = NewId(),
        };
        delegation = await Call(
            "RevokeDelegation",
            One(Role.ClientOfficer),
            call => RevokeDelegation.Handle(request, call)
        );
        return $"{delegation.State}";
    }

    private async Task<string> SuspendOrReinstate()
    {
        var suspended = players.Where(one => one.IsSuspended).ToList();
        var player = suspended.Count > 0 && random.Next(3) > 0 ? Any(suspended) : Any(players);
        player.IsSuspended = !player.IsSuspended;
        await Enrol(player);
        return $"{player.Alias} {(player.IsSuspended ? "suspended" : "reinstated")}";
    }

    private Task<Member> Enrol(Player player)
    {
        var request = new EnrolMemberRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Member = new Member
            {
                Person = player.Person,
                Vendor = player.Vendor ?? "",
                Role = player.MemberRole,
                Level = 3,
                State = player.IsSuspended ? MemberState.Suspended : MemberState.Active,
            },
        };
        return CallAsOperator("EnrolMember", call => EnrolMember.Handle(request, call, service.Key));
    }

    private Task<Delegation> Granted()
    {
        var request = Grant.Of(clientId, Vendor, NewId(), Now);
        return Call("CreateDelegation", One(Role.ClientOfficer), call => CreateDelegation.Handle(request, call));
    }

    /// <summary>One of the role; one who is not suspended, if there is such a one.</summary>
    private Player One(Role role) =>
        players.FirstOrDefault(player => player.Role == role && !player.IsSuspended)
        ?? players.First(player => player.Role == role);
}
