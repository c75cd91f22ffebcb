using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mobility.Platform.Rpc;
using Mobility.Refunds.V1;

namespace Mobility.Launcher;

/// <summary>
/// What stands before the first report: the client's officer is a member and has granted the vendor authority, for the
/// service itself only on the operator's record of a ride that never ran.
/// </summary>
internal sealed class DemoGrant(DemoWires wires, DemoScenario scenario)
{
    private const int Days = 90;

    private readonly Token officer = Token.Person("client_officer", scenario.Officer, scenario.Client);

    private string Parent => $"clients/{scenario.Client}";

    /// <summary>Enrols the officer; grants a delegation unless one is in force for the vendor.</summary>
    /// <returns>Whether a new one was granted.</returns>
    public async Task<bool> Ensure(CancellationToken token)
    {
        await Enrol(token);
        try
        {
            await wires.Call(wires.Refunds.CreateDelegationAsync, Request(), officer, token);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            return false;
        }
    }

    private async Task Enrol(CancellationToken token)
    {
        var member = new Member
        {
            Person = $"people/{scenario.Officer}",
            Role = MemberRole.ClientOfficer,
            Level = 5,
            State = MemberState.Active,
        };
        var system = Token.Person("operator", NewId(), scenario.Client);
        var request = new EnrolMemberRequest
        {
            Parent = Parent,
            Member = member,
            RequestId = NewId().ToString(),
        };
        await wires.Call(wires.Refunds.EnrolMemberAsync, request, system, token);
    }

    private CreateDelegationRequest Request()
    {
        var now = TimeProvider.System.GetUtcNow();
        var delegation = new Delegation
        {
            Vendor = $"vendors/{scenario.Vendor}",
            StartTime = now.ToTimestamp(),
            ExpireTime = (now + TimeSpan.FromDays(Days)).ToTimestamp(),
        };
        delegation.Clauses.AddRange([Automatic(), Agents()]);
        delegation.Budgets.AddRange(Budgets());
        return new CreateDelegationRequest
        {
            Parent = Parent,
            Delegation = delegation,
            RequestId = NewId().ToString(),
        };
    }

    private static Clause Automatic() =>
        new()
        {
            Id = "never-ran-automatic",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Reasons = { "UNLOCK_FAILED" },
            Actors = { Actor.System },
            MaxAmount = Won(10_000),
            MaxRideAgeHours = 24,
            Evidence = { Evidence.RideNeverRan, Evidence.FaultReport },
            Tier = Tier.T0,
        };

    private static Clause Agents() =>
        new()
        {
            Id = "agents-small",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Actors = { Actor.Agent, Actor.Lead },
            MaxAmount = Won(10_000),
            MaxRideAgeHours = 24 * 7,
            Evidence = { Evidence.RideRecord },
            Tier = Tier.T0,
        };

    private static IEnumerable<Budget> Budgets() =>
        [
            new()
            {
                Id = "automatic-customer-week",
                Dimension = BudgetDimension.Customer,
                Window = BudgetWindow.CalendarWeek,
                LimitCount = 2,
                Actors = { Actor.System },
            },
            new()
            {
                Id = "agent-day",
                Dimension = BudgetDimension.Agent,
                Window = BudgetWindow.CalendarDay,
                LimitAmount = Won(100_000),
                Actors = { Actor.Agent, Actor.Lead },
            },
            new()
            {
                Id = "delegation-month",
                Dimension = BudgetDimension.Delegation,
                Window = BudgetWindow.CalendarMonth,
                LimitAmount = Won(100_000_000),
            },
        ];

    private static Mobility.Type.V1.Money Won(long amount) => new Money(amount, "KRW").ToWire();

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
