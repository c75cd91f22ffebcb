using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Clause = Mobility.Refunds.Clause;

namespace Mobility.Tests.Refunds;

/// <summary>For each condition a request that meets all others.</summary>
static class SingleFailure
{
    public static readonly Dictionary<string, (string Code, string Rule, Policy? Policy, RefundFacts Facts)> All = new(
        StringComparer.Ordinal
    )
    {
        ["amount 0"] = (Codes.AmountNotPositive, "", PolicyOf(AgentPermit), Asking(0)),
        ["amount below 0"] = (Codes.AmountNotPositive, "", PolicyOf(AgentPermit), Asking(-1)),
        ["the ride to end has ended"] = (Codes.RideNotRunning, "", PolicyOf(AgentPermit), Ending(Facts.Ride)),
        ["the ride to end is unknown"] = (Codes.RideRecordMissing, "", PolicyOf(AgentPermit), Ending(ride: null)),
        ["the vehicle to lock is unknown"] = (Codes.VehicleUnknown, "", PolicyOf(AgentPermit), Locking(vehicle: null)),
        ["above what was captured"] = (Codes.AmountExceedsPayment, "", PolicyOf(AgentPermit), Asking(10_001)),
        ["above what is left"] = (
            Codes.AmountExceedsPayment,
            "",
            PolicyOf(AgentPermit),
            OnPayment(settled: 4_000, held: 3_001)
        ),
        ["unknown reason"] = (Codes.ReasonUnknown, "", PolicyOf(AgentPermit), For("BORED")),
        ["carrier bill closed"] = (Codes.GatewayDeadlinePassed, "", PolicyOf(AgentPermit), CarrierLastMonth()),
        ["no member"] = (Codes.MemberUnknown, "", PolicyOf(AgentPermit), By(standing: null)),
        ["the requester paid"] = (Codes.SelfDealing, "", PolicyOf(AgentPermit), ByBeneficiary(paid: true)),
        ["the requester's account"] = (Codes.SelfDealing, "", PolicyOf(AgentPermit), ByBeneficiary(paid: false)),
        ["suspended member"] = (Codes.MemberSuspended, "", PolicyOf(AgentPermit), By(MemberState.Suspended)),

        ["no delegation"] = (Codes.DelegationMissing, "", null, Facts with { Delegation = null }),
        ["suspended"] = (Codes.DelegationSuspended, "", PolicyOf(AgentPermit), In(DelegationState.Suspended)),
        ["revoked"] = (Codes.DelegationRevoked, "", PolicyOf(AgentPermit), In(DelegationState.Revoked)),
        ["not started"] = (
            Codes.DelegationNotStarted,
            "",
            PolicyOf(AgentPermit),
            At(Facts.Delegation!.StartTime.AddTicks(-1))
        ),
        ["expired"] = (Codes.DelegationExpired, "", PolicyOf(AgentPermit), At(Facts.Delegation!.ExpireTime)),
        ["another catalogue"] = (
            Codes.CatalogueUnavailable,
            "",
            PolicyOf(AgentPermit) with
            {
                Catalogue = "0:none",
            },
            Facts
        ),

        ["forbidden"] = (Codes.Forbidden, "no", Forbidding(AgentPermit), Facts),
        ["forbidden product"] = (Codes.Forbidden, "no", Forbidding(AgentPermit with { Products = ["scooter"] }), Facts),
        ["perhaps forbidden product"] = (
            Codes.ForbidUndecided,
            "no",
            Forbidding(AgentPermit with { Products = ["e-bike"] }),
            NoRide()
        ),
        ["nobody is addressed"] = (Codes.NoPermit, "", PolicyOf(SystemPermit), Facts),

        ["level"] = (Codes.LevelTooLow, "agents", PolicyOf(AgentPermit with { MinLevel = 4 }), Facts),
        ["reason"] = (Codes.ReasonNotCovered, "agents", PolicyOf(AgentPermit with { Reasons = ["GOODWILL"] }), Facts),
        ["product"] = (Codes.ProductNotCovered, "agents", PolicyOf(AgentPermit with { Products = ["e-bike"] }), Facts),
        ["product unknown"] = (
            Codes.ProductUnknown,
            "agents",
            PolicyOf(AgentPermit with { Products = ["scooter"] }),
            NoRide()
        ),
        ["instrument"] = (
            Codes.InstrumentNotCovered,
            "agents",
            PolicyOf(AgentPermit with { Instruments = [Instrument.EasyPay] }),
            Facts
        ),
        ["below the clause"] = (
            Codes.AmountBelowClause,
            "agents",
            PolicyOf(AgentPermit with { MinAmount = 3_001 }),
            Facts
        ),
        ["above the clause"] = (
            Codes.AmountAboveClause,
            "agents",
            PolicyOf(AgentPermit with { MaxAmount = 2_999 }),
            Facts
        ),
        ["the customer above the clause"] = (
            Codes.CustomerAboveClause,
            "agents",
            PolicyOf(AgentPermit with { MaxAmount = 3_000 }),
            Counting(Splitting.Customer)
        ),
        ["the case above the clause"] = (
            Codes.CaseAboveClause,
            "agents",
            PolicyOf(AgentPermit with { MaxAmount = 3_000 }),
            Counting(Splitting.Case)
        ),
        ["share"] = (
            Codes.ShareAboveClause,
            "agents",
            PolicyOf(AgentPermit with { MaxShareBasisPoints = 2_999 }),
            Facts
        ),
        ["ride too old"] = (Codes.RideTooOld, "agents", PolicyOf(AgentPermit with { MaxRideAgeHours = 1 }), Facts),
        ["ride age unknown"] = (
            Codes.RideAgeUnknown,
            "agents",
            PolicyOf(AgentPermit with { MaxRideAgeHours = 1 }),
            NoRide()
        ),
        ["before the window"] = (Codes.OutsideWindow, "agents", OnMonday(721, 1_440), Facts),
        ["at the end of the window"] = (Codes.OutsideWindow, "agents", OnMonday(0, 720), Facts),
        ["approval"] = (Codes.TierNeedsApproval, "agents", PolicyOf(AgentPermit with { Tier = Tier.T1 }), Facts),
        ["never"] = (Codes.TierNever, "agents", PolicyOf(AgentPermit with { Tier = Tier.T3 }), Facts),

        ["no record for the reason"] = (Codes.RideRecordMissing, "", PolicyOf(AgentPermit), NoRide("OVERCHARGED")),
        ["no record for the clause"] = (Codes.RideRecordMissing, "agents", Proving(Evidence.RideRecord), NoRide()),
        ["the ride still runs"] = (Codes.RideRecordOpen, "", PolicyOf(AgentPermit), Riding(0, closed: false)),
        ["the ride ran"] = (Codes.RideRecordContradicts, "", PolicyOf(AgentPermit), Riding(1, closed: true)),
        ["no report"] = (Codes.FaultReportMissing, "agents", Proving(Evidence.FaultReport), Reported(false)),
        ["no confirmation"] = (Codes.FaultNotConfirmed, "agents", Proving(Evidence.FaultConfirmed), Reported(true)),

        ["budget amount"] = (Codes.BudgetAmountExceeded, "daily", PolicyOf(AgentPermit), Using(97_001, 0)),
        ["budget count"] = (Codes.BudgetCountExceeded, "daily", PolicyOf(AgentPermit), Using(0, 20)),
        ["beyond a budget that escalates"] = (
            Codes.BudgetNeedsApproval,
            "daily",
            PolicyOf(AgentPermit).With(Daily with { OnBreach = BreachAction.Escalate }),
            Using(97_001, 0)
        ),
        ["budget never read"] = (Codes.BudgetUnknown, "daily", PolicyOf(AgentPermit), Facts with { Uses = Unused() }),
        ["vehicle unknown"] = (Codes.BudgetUnknown, "daily", Counting(BudgetDimension.Vehicle), NoRide()),
        ["no case named"] = (Codes.BudgetUnknown, "daily", Counting(BudgetDimension.Case), Facts),
        ["case unheard of"] = (
            Codes.CaseUnknown,
            "daily",
            Counting(BudgetDimension.Case),
            Facts with
            {
                Case = "cases/1",
            }
        ),
        ["case about another"] = (
            Codes.CaseOfAnother,
            "daily",
            Counting(BudgetDimension.Case),
            Facts with
            {
                Case = "cases/1",
                CaseRecord = new(IsOfThis: false),
            }
        ),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static Policy Forbidding(Clause box) =>
        PolicyOf(AgentPermit, box with { Id = "no", Effect = ClauseEffect.Forbid });

    private static Policy Proving(Evidence evidence) => PolicyOf(AgentPermit with { Evidence = [evidence] });

    private static Policy OnMonday(int start, int end) =>
        PolicyOf(AgentPermit with { Windows = [new([1], start, end)] });

    private static Policy Counting(BudgetDimension dimension) =>
        PolicyOf(AgentPermit).With(Daily with { Dimension = dimension });

    private static RefundFacts For(string reason) => Facts with { Request = Facts.Request with { Reason = reason } };

    private static RefundFacts NoRide(string reason = "GOODWILL") => For(reason) with { Ride = null };

    private static RefundFacts Ending(RideRecord? ride) =>
        For("GOODWILL") with
        {
            Request = new(RefundAction.EndRide, "GOODWILL", 0),
            Payment = null,
            Ride = ride,
        };

    private static RefundFacts Locking(VehicleFacts? vehicle) =>
        Ending(ride: null) with
        {
            Request = new(RefundAction.LockVehicle, "GOODWILL", 0),
            Vehicle = vehicle,
        };

    private static RefundFacts At(DateTimeOffset now) => Facts with { Now = now };

    private static RefundFacts By(MemberState? standing) =>
        Facts with
        {
            Requester = Facts.Requester with { Standing = standing },
        };

    private static RefundFacts ByBeneficiary(bool paid) =>
        Facts with
        {
            Requester = Facts.Requester with { IsPayer = paid, OwnsCustomer = !paid },
        };

    private static RefundFacts In(DelegationState state) =>
        Facts with
        {
            Delegation = Facts.Delegation! with { State = state },
        };

    private static RefundFacts Using(long amount, long count) => Facts with { Uses = Used("daily", amount, count) };

    private static RefundFacts Counting(string sum) =>
        Facts with
        {
            Case = "cases/1",
            CaseRecord = new(IsOfThis: true),
            Uses = new Dictionary<string, BudgetUse>(Facts.Uses) { [Splitting.Case] = new(0, 0), [sum] = new(1, 1) },
        };

    private static RefundFacts Riding(long meters, bool closed) =>
        Facts with
        {
            Ride = Facts.Ride! with { DistanceMeters = meters, Closed = closed },
        };

    private static RefundFacts Reported(bool reported) => Facts with { Fault = new(reported, Confirmed: false) };

    private static RefundFacts OnPayment(long settled, long held) =>
        Facts with
        {
            Payment = Facts.Payment! with { Settled = settled, Held = held },
        };

    // Approved on 30 September, 23:59 in Seoul: that bill closed when October began there.
    private static RefundFacts CarrierLastMonth() =>
        Facts with
        {
            Payment = Facts.Payment! with
            {
                Instrument = Instrument.MobileCarrier,
                ApproveTime = new DateTimeOffset(2026, 9, 30, 14, 59, 59, TimeSpan.Zero),
            },
        };
}
