using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Platform.Auth;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Mobility.Tests.Refunds.Simulator;
using Xunit;
using static Mobility.Tests.Refunds.RefundsHouse;
using Budget = Mobility.Refunds.V1.Budget;
using Clause = Mobility.Refunds.V1.Clause;
using Decision = Mobility.Refunds.V1.Decision;
using Delegation = Mobility.Refunds.V1.Delegation;
using Payment = Mobility.Refunds.V1.Payment;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>A client with the model's people, payments and limits, on which its steps are taken for real.</summary>
internal sealed class AdmissionScene
{
    /// <summary>Friday 27 March 2026, 22:00 in Seoul: a day, a week and a month end near.</summary>
    private static readonly DateTimeOffset Start = new(2026, 3, 27, 13, 0, 0, TimeSpan.Zero);

    private readonly SimulatedService service;
    private readonly string clientId;
    private readonly AdmissionModel model = new();
    private readonly List<Refund> refunds = [];
    private readonly List<string> payments = [];
    private readonly List<Player> agents = [];
    private readonly Player lead = new("lead", Role.Lead, NewPerson(), Vendor);

    private AdmissionScene(SimulatedService service, string clientId) =>
        (this.service, this.clientId) = (service, clientId);

    private DateTimeOffset Now => service.Clock.Now;
    private string Parent => $"clients/{clientId}";

    /// <summary>Takes the steps; fails at the first that the model takes otherwise.</summary>
    public static async Task Play(SimulatedService service, string clientId, IReadOnlyList<AdmissionStep> steps)
    {
        service.Begin(clientId, seed: 0, Start);
        service.Gateway.IsHealthy = true;
        var scene = new AdmissionScene(service, clientId);
        await scene.Open();
        foreach (var step in steps)
        {
            service.Clock.Now = scene.Now.AddMilliseconds(1);
            await scene.Take(step);
        }
    }

    private async Task Take(AdmissionStep step)
    {
        switch (step)
        {
            case AdmissionStep.Ask ask:
                await Ask(ask);
                break;
            case AdmissionStep.Pass pass:
                await service.Settle();
                service.Clock.Now = Now.AddMinutes(pass.Minutes);
                await service.Settle();
                model.Pass(Now);
                break;
            case AdmissionStep.Agree(var which) when Waiting(which) is { } number:
                var agreed = await Call(
                    "ApproveRefund",
                    lead,
                    call => ApproveRefund.Handle(Approving(refunds[number]), call)
                );
                Assert.Equal(RefundState.Approved, agreed.State);
                model.Agree(number);
                break;
            case AdmissionStep.Decline(var which) when Waiting(which) is { } number:
                var no = new DeclineRefundRequest
                {
                    Name = refunds[number].Name,
                    Note = "근거가 부족합니다",
                    RequestId = NewId(),
                };
                await Call("DeclineRefund", lead, call => DeclineRefund.Handle(no, call));
                model.LetGo(number);
                break;
            case AdmissionStep.TakeBack(var which) when Waiting(which) is { } number:
                var back = new WithdrawRefundRequest { Name = refunds[number].Name, RequestId = NewId() };
                var by = agents.Single(agent => agent.Person == refunds[number].RequestedBy);
                await Call("WithdrawRefund", by, call => WithdrawRefund.Handle(back, call));
                model.LetGo(number);
                break;
        }
    }

    private async Task Ask(AdmissionStep.Ask ask)
    {
        var request = new CreateRefundRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = new Refund
            {
                Payment = payments[ask.Payment],
                Action = RefundAction.CardRefund,
                Reason = "GOODWILL",
                Amount = Won(ask.Thousands * 1_000),
            },
        };
        var refund = await Call(
            "CreateRefund",
            agents[ask.Agent],
            call => CreateRefund.Handle(request, call, service.Queue)
        );
        refunds.Add(refund);
        Assert.Equal(model.Ask(ask, Now), ReplyOf(refund.Decision));
    }

    private static AdmissionReply ReplyOf(Decision decision)
    {
        var failed = decision.FailedConditions.ToLookup(one => one.Code, one => one.Rule, StringComparer.Ordinal);
        return new AdmissionReply(
            decision.Outcome.ToString(),
            string.Join(' ', failed["BUDGET_AMOUNT_EXCEEDED"]),
            string.Join(' ', failed["BUDGET_COUNT_EXCEEDED"]),
            string.Join(
                ", ",
                decision.Balances.Select(left => $"{left.Budget} {left.LeftAmount.Units} {left.LeftCount}")
            ),
            decision.AllowedAmount?.Units,
            failed.Contains("AMOUNT_EXCEEDS_PAYMENT")
        );
    }

    private int? Waiting(int which) => model.Waiting is { Count: > 0 } waiting ? waiting[which % waiting.Count] : null;

    private Task<T> Call<T>(string rpc, Player player, Func<Mobility.Platform.Rpc.Call, Task<T>> slice) =>
        service.Invoke(rpc, player.Caller(clientId, Now), slice);

    private async Task Open()
    {
        var officer = new Player("officer", Role.ClientOfficer, NewPerson(), null);
        agents.AddRange(
            Enumerable
                .Range(0, AdmissionModel.Agents)
                .Select(n => new Player($"agent-{n}", Role.Agent, NewPerson(), Vendor))
        );
        foreach (var player in agents.Append(lead).Append(officer))
        {
            var enrolment = Enrolment(player.Person, player.MemberRole, player.Vendor ?? "");
            enrolment.Parent = Parent;
            await AsOperator("EnrolMember", call => EnrolMember.Handle(enrolment, call, service.Key));
        }
        var grant = Granting();
        await Call("CreateDelegation", officer, call => CreateDelegation.Handle(grant, call));
        var customers = Enumerable.Range(0, AdmissionModel.Payments).Select(_ => $"{Parent}/riders/{NewId()}").ToList();
        var vehicles = customers.ConvertAll(_ => $"{Parent}/vehicles/{NewId()}");
        for (var n = 0; n < AdmissionModel.Payments; n++)
        {
            await Pay(customers[AdmissionModel.CustomerOf(n)], vehicles[AdmissionModel.VehicleOf(n)]);
        }
    }

    private CreateDelegationRequest Granting() =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Delegation = new Delegation
            {
                Vendor = Vendor,
                StartTime = Now.AddDays(-1).ToTimestamp(),
                ExpireTime = Now.AddDays(300).ToTimestamp(),
                Clauses =
                {
                    Permit("alone", Tier.T0, AdmissionModel.Alone),
                    Permit("two", Tier.T1, AdmissionModel.WithLead),
                },
                Budgets = { AdmissionModel.Limits.Select(limit => Limit(limit.Id, limit.Won, limit.Count)) },
            },
        };

    private static Clause Permit(string id, Tier tier, long won)
    {
        var clause = AgentClause();
        (clause.Id, clause.Tier, clause.MaxAmount) = (id, tier, Won(won));
        return clause;
    }

    private static Budget Limit(string id, long won, int count)
    {
        var (dimension, window) = id switch
        {
            "agent" => (BudgetDimension.Agent, BudgetWindow.CalendarDay),
            "all" => (BudgetDimension.Delegation, BudgetWindow.RollingHours),
            "customer" => (BudgetDimension.Customer, BudgetWindow.CalendarWeek),
            "vehicle" => (BudgetDimension.Vehicle, BudgetWindow.CalendarMonth),
            _ => (BudgetDimension.Payment, BudgetWindow.Lifetime),
        };
        return new Budget
        {
            Id = id,
            Dimension = dimension,
            Window = window,
            WindowHours = window == BudgetWindow.RollingHours ? 6 : 0,
            LimitAmount = Won(won),
            LimitCount = count,
        };
    }

    private async Task Pay(string customer, string vehicle)
    {
        var (key, ride) = ($"{clientId}_{payments.Count}", $"{Parent}/rides/{NewId()}");
        service.Gateway.Capture(key, AdmissionModel.Captured);
        var request = new RecordPaymentRequest
        {
            Parent = Parent,
            RequestId = NewId(),
            Payment = new Payment
            {
                Ride = ride,
                Customer = customer,
                Amount = Won(AdmissionModel.Captured),
                Instrument = Instrument.Card,
                GatewayPaymentKey = key,
                ApproveTime = Now.AddHours(-1).ToTimestamp(),
            },
        };
        var made = await AsOperator("RecordPayment", call => RecordPayment.Handle(request, call, service.Key));
        payments.Add(made.Name);
        var recorded = new RideRecorded
        {
            Ride = ride,
            Revision = 1,
            Vehicle = vehicle,
            Rider = customer,
            StartTime = Now.AddHours(-1).ToTimestamp(),
            EndTime = Now.ToTimestamp(),
            DistanceMeters = 900,
            UnlockOutcome = UnlockOutcome.Unlocked,
            Product = "scooter",
        };
        await service.Deliver(clientId, Guid.CreateVersion7(Now), recorded);
    }

    private Task<T> AsOperator<T>(string rpc, Func<Mobility.Platform.Rpc.Call, Task<T>> slice) =>
        service.Invoke(rpc, new Caller("systems/fleet", Role.Operator, [clientId], null, Now, "operator"), slice);
}
