using Google.Protobuf.WellKnownTypes;
using Mobility.Faults.V1;
using Mobility.Refunds.V1;
using Budget = Mobility.Refunds.V1.Budget;
using Clause = Mobility.Refunds.V1.Clause;
using Delegation = Mobility.Refunds.V1.Delegation;
using Refund = Mobility.Refunds.V1.Refund;

namespace Mobility.Tests.Refunds;

/// <summary>What people of the house ask for and what other services tell, ready to be changed and sent.</summary>
internal sealed partial class RefundsHouse
{
    public static EnrolMemberRequest Enrolment(
        string person,
        MemberRole role,
        string vendor = Vendor,
        int level = 3,
        MemberState state = MemberState.Active
    ) =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Member = new Member
            {
                Person = person,
                Vendor = vendor,
                Role = role,
                Level = level,
                State = state,
            },
        };

    /// <summary>Agents and leads up to 10,000 won a payment, the service for failed unlocks, 1,000,000 a day.</summary>
    public CreateDelegationRequest Granting(string vendor = Vendor) =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Delegation = new Delegation
            {
                Vendor = vendor,
                StartTime = (Now - TimeSpan.FromDays(1)).ToTimestamp(),
                ExpireTime = (Now + TimeSpan.FromDays(30)).ToTimestamp(),
                Clauses = { AgentClause(), SystemClause() },
                Budgets = { DayBudget(1_000_000) },
            },
        };

    public static Clause AgentClause() =>
        new()
        {
            Id = "agents",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Actors = { Actor.Agent, Actor.Lead },
            MaxAmount = Won(10_000),
            Tier = Tier.T0,
        };

    public static Clause SystemClause() =>
        new()
        {
            Id = "automatic",
            Effect = ClauseEffect.Permit,
            Actions = { RefundAction.CardRefund },
            Actors = { Actor.System },
            Reasons = { "UNLOCK_FAILED" },
            Evidence = { Evidence.RideNeverRan, Evidence.FaultReport },
            Tier = Tier.T0,
        };

    public static Budget DayBudget(long won) =>
        new()
        {
            Id = "daily",
            Dimension = BudgetDimension.Delegation,
            Window = BudgetWindow.CalendarDay,
            LimitAmount = Won(won),
        };

    public RecordPaymentRequest Recording(long won = 5_000, string? ride = null, string? customer = null)
    {
        customer ??= ride is not null || payers.IsEmpty ? Rider : NewRider();
        ride ??= NewRide();
        payers[ride] = customer;
        return new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Payment = new Payment
            {
                Ride = ride,
                Customer = customer,
                Amount = Won(won),
                Instrument = Instrument.Card,
                GatewayPaymentKey = $"tgen_{Interlocked.Increment(ref counter)}_{NewId()}",
                ApproveTime = (Now - TimeSpan.FromHours(1)).ToTimestamp(),
            },
        };
    }

    public static CreateRefundRequest Asking(Payment payment, long won, string reason = "GOODWILL") =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = new Refund
            {
                Payment = payment.Name,
                Action = RefundAction.CardRefund,
                Reason = reason,
                Amount = Won(won),
            },
        };

    /// <summary>An action of the back office that makes good a payment.</summary>
    public static CreateRefundRequest Compensating(Payment payment, RefundAction action, long won)
    {
        var request = Asking(payment, won);
        request.Refund.Action = action;
        return request;
    }

    public static CreateRefundRequest EndingRide(string ride, string reason = "GOODWILL") =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = new Refund
            {
                Action = RefundAction.EndRide,
                Ride = ride,
                Reason = reason,
            },
        };

    public static CreateRefundRequest LockingVehicle(string vehicle) =>
        new()
        {
            Parent = Parent,
            RequestId = NewId(),
            Refund = new Refund
            {
                Action = RefundAction.LockVehicle,
                Vehicle = vehicle,
                Reason = "VEHICLE_ENDANGERS",
            },
        };

    public RideRecorded RideOf(
        string ride,
        long meters = 0,
        bool unlocked = true,
        bool ended = true,
        long revision = 1
    ) =>
        new()
        {
            Ride = ride,
            Revision = revision,
            Vehicle = $"{Parent}/vehicles/{NewId()}",
            Rider = payers.GetValueOrDefault(ride, Rider),
            StartTime = (Now - TimeSpan.FromHours(1)).ToTimestamp(),
            EndTime = ended ? Now.ToTimestamp() : null,
            DistanceMeters = meters,
            UnlockOutcome = unlocked ? UnlockOutcome.Unlocked : UnlockOutcome.Failed,
            Product = "scooter",
        };

    public FaultSnapshot FaultOn(
        string ride,
        string category = "UNLOCK_FAILED",
        FaultState state = FaultState.Reported
    ) =>
        new()
        {
            Fault = $"{Parent}/faults/{NewId()}",
            Revision = 1,
            Category = category,
            Ride = ride,
            Reporter = payers.GetValueOrDefault(ride, Rider),
            State = state,
            Grounding = Grounding.None,
            OccurTime = Now.ToTimestamp(),
            CreateTime = Now.ToTimestamp(),
        };
}
