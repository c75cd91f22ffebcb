using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;

namespace Mobility.Tests.Refunds;

/// <summary>One policy that has every kind of limit at once, and a request that is within all of them: whichever limits
/// it breaks are listed, and no others.</summary>
public sealed class LimitPairTests
{
    private static readonly Clause Permit = AgentPermit with
    {
        MinLevel = 3,
        Reasons = ["GOODWILL"],
        Instruments = [Instrument.Card, Instrument.MobileCarrier],
        Products = ["scooter"],
        MinAmount = 1_000,
        MaxAmount = 6_000,
        MaxShareBasisPoints = 4_000,
        MaxRideAgeHours = 3,
        Windows = [new([1], 540, 1_080)],
        Evidence = [Evidence.FaultReport, Evidence.FaultConfirmed, Evidence.RideNeverRan],
    };

    private static readonly Clause NoLeads = AgentPermit with
    {
        Id = "no-leads",
        Effect = ClauseEffect.Forbid,
        Actors = [Actor.Lead],
    };

    private static readonly Budget[] Budgets =
    [
        .. Enum.GetValues<BudgetDimension>()[1..]
            .Select(
                (dimension, n) =>
                    Daily with
                    {
                        Id = $"each-{dimension}",
                        Dimension = dimension,
                        Window = Enum.GetValues<BudgetWindow>()[1 + (n % 5)],
                        WindowHours = 24,
                    }
            ),
    ];

    private static readonly Policy Policy = PolicyOf(Permit, NoLeads).With(Budgets);

    private static readonly RefundFacts Within = Facts with
    {
        Request = new(RefundAction.CardRefund, "GOODWILL", 3_000),
        Payment = Facts.Payment! with { Amount = 20_000 },
        Case = "cases/1",
        CaseRecord = new(IsOfThis: true),
        Uses = new Dictionary<string, BudgetUse>(Unused(Budgets), StringComparer.Ordinal)
        {
            [Splitting.Case] = new(0, 0),
        },
    };

    private static readonly Limit[] Limits =
    [
        new(Codes.LevelTooLow, "agents", facts => Asked(facts, who => who with { Level = 2 })),
        new(
            Codes.ReasonNotCovered,
            "agents",
            facts => facts with { Request = facts.Request with { Reason = "OVERCHARGED" } }
        ),
        new(Codes.InstrumentNotCovered, "agents", facts => Paid(facts, p => p with { Instrument = Instrument.EasyPay }))
        {
            Moves = ["instrument"],
        },
        new(Codes.GatewayDeadlinePassed, "", ByCarrierLastMonth) { Moves = ["instrument"] },
        new(Codes.ProductNotCovered, "agents", facts => Ridden(facts, ride => ride with { Product = "e-bike" })),
        // Less than a clause begins at cannot be more than it ends at.
        new(Codes.AmountBelowClause, "agents", facts => facts with { Request = facts.Request with { Amount = 500 } })
        {
            Moves = ["low", "sum", "customer", "case", "share"],
        },
        new(Codes.AmountAboveClause, "agents", facts => Paid(facts, p => p with { Settled = 4_000 }))
        {
            Moves = ["sum", "customer", "case"],
        },
        // What a payment comes to its customer does too, and is not named twice.
        new(Codes.CustomerAboveClause, "agents", facts => Counting(facts, Splitting.Customer, 3_001))
        {
            Moves = ["customer"],
        },
        new(Codes.CaseAboveClause, "agents", facts => Counting(facts, Splitting.Case, 3_001)) { Moves = ["case"] },
        // More than was captured is more than any share of it.
        new(Codes.AmountExceedsPayment, "", facts => Paid(facts, p => p with { Amount = 2_999 }))
        {
            Moves = ["share"],
            Under = clause => clause with { MaxShareBasisPoints = null },
        },
        new(Codes.ShareAboveClause, "agents", facts => Paid(facts, p => p with { Amount = 7_000 }))
        {
            Moves = ["share"],
        },
        new(
            Codes.RideTooOld,
            "agents",
            facts => Ridden(facts, ride => ride with { StartTime = Noon.AddHours(-3).AddTicks(-1) })
        ),
        new(Codes.OutsideWindow, "agents", facts => facts with { Zone = "UTC" }),
        new(Codes.FaultReportMissing, "agents", facts => facts with { Fault = facts.Fault with { Reported = false } }),
        new(Codes.FaultNotConfirmed, "agents", facts => facts with { Fault = facts.Fault with { Confirmed = false } }),
        new(Codes.RideRecordContradicts, "agents", facts => Ridden(facts, ride => ride with { DistanceMeters = 1 })),
        new(Codes.Forbidden, "no-leads", facts => Asked(facts, who => who with { Actor = Actor.Lead })),
        new(Codes.MemberSuspended, "", facts => Asked(facts, who => who with { Standing = MemberState.Suspended })),
        new(Codes.SelfDealing, "", facts => Asked(facts, who => who with { IsPayer = true })) { Moves = ["payer"] },
        new(Codes.SelfDealing, "", facts => Asked(facts, who => who with { OwnsCustomer = true }))
        {
            Moves = ["account"],
        },
        new(Codes.DelegationSuspended, "", facts => Lent(facts, d => d with { State = DelegationState.Suspended }))
        {
            Moves = ["state"],
        },
        new(Codes.DelegationRevoked, "", facts => Lent(facts, d => d with { State = DelegationState.Revoked }))
        {
            Moves = ["state"],
        },
        // Of a case that nobody told of nothing is counted.
        new(Codes.CaseUnknown, "each-Case", facts => facts with { CaseRecord = null })
        {
            Moves = ["case", "each-Case amount", "each-Case count"],
        },
        new(Codes.TierNever, "agents", facts => facts)
        {
            Moves = ["tier"],
            Under = clause => clause with { Tier = Tier.T3 },
        },
        // Whom a clause asks is said where the clause holds.
        new(Codes.TierNeedsApproval, "agents", facts => facts)
        {
            Moves = ["tier"],
            // A lead who asks is the lead who agrees; an officer is never spared.
            Under = clause => clause with { Tier = Tier.T2 },
            IsOfWhole = true,
        },
        new(Codes.DelegationNotStarted, "", facts => Lent(facts, d => d with { StartTime = Noon.AddTicks(1) })),
        new(Codes.DelegationExpired, "", facts => Lent(facts, d => d with { ExpireTime = Noon })),
        .. Budgets.Select(budget => new Limit(
            Codes.BudgetAmountExceeded,
            budget.Id,
            facts => Using(facts, budget, use => use with { Amount = 100_000 })
        )
        {
            Moves = [$"{budget.Id} amount"],
        }),
        .. Budgets.Select(budget => new Limit(
            Codes.BudgetCountExceeded,
            budget.Id,
            facts => Using(facts, budget, use => use with { Count = 20 })
        )
        {
            Moves = [$"{budget.Id} count"],
        }),
    ];

    [Fact]
    public void A_request_within_all_limits_is_allowed() => Assert.True(Decide(Policy, Within).Allowed);

    [Fact]
    public void Of_every_two_limits_each_refuses_where_the_other_does_not_and_both_where_both_do()
    {
        Assert.Equal(27 + (2 * 7), Limits.Length);
        foreach (var one in Limits)
        {
            Refuse(one);
            foreach (var other in Limits.Where(one.MayMeet))
            {
                Refuse(one, other);
            }
        }
    }

    [Fact]
    public void A_request_that_breaks_any_five_limits_lists_these_five() =>
        Prop.ForAll(
                Arb.From(Gen.Shuffle(Limits)),
                limits =>
                {
                    var five = limits.Aggregate(
                        Array.Empty<Limit>(),
                        (few, next) => few.Length < 5 && few.All(next.MayMeet) ? [.. few, next] : few
                    );
                    Refuse(five);
                    return five.Length == 5;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static void Refuse(params Limit[] broken)
    {
        var facts = broken.Aggregate(Within, (so, limit) => limit.Break(so));
        var permit = broken.Aggregate(Permit, (so, limit) => limit.Under(so));

        var decision = Decide(PolicyOf(permit, NoLeads).With(Budgets), facts);

        Assert.False(decision.Allowed);
        Assert.Equal(broken is [{ Code: Codes.TierNeedsApproval }], decision.Admitted);
        Assert.Equal(
            broken.Select(limit => (limit.Code, limit.Rule)).Order(),
            decision.Failed.Select(failed => (failed.Code, failed.Rule)).Order()
        );
    }

    private static RefundFacts ByCarrierLastMonth(RefundFacts facts) =>
        Paid(
            facts,
            payment => payment with { Instrument = Instrument.MobileCarrier, ApproveTime = Noon.AddMonths(-1) }
        );

    private static RefundFacts Asked(RefundFacts facts, Func<RequesterFacts, RequesterFacts> change) =>
        facts with
        {
            Requester = change(facts.Requester),
        };

    private static RefundFacts Paid(RefundFacts facts, Func<PaymentFacts, PaymentFacts> change) =>
        facts with
        {
            Payment = change(facts.Payment!),
        };

    private static RefundFacts Ridden(RefundFacts facts, Func<RideRecord, RideRecord> change) =>
        facts with
        {
            Ride = change(facts.Ride!),
        };

    private static RefundFacts Lent(RefundFacts facts, Func<DelegationFacts, DelegationFacts> change) =>
        facts with
        {
            Delegation = change(facts.Delegation!),
        };

    private static RefundFacts Using(RefundFacts facts, Budget budget, Func<BudgetUse, BudgetUse> change) =>
        facts with
        {
            Uses = new Dictionary<string, BudgetUse>(facts.Uses, StringComparer.Ordinal)
            {
                [budget.Id] = change(facts.Uses[budget.Id]),
            },
        };

    private static RefundFacts Counting(RefundFacts facts, string id, long amount) =>
        Using(facts, Daily with { Id = id }, use => use with { Amount = amount });

    /// <summary>What a limit is called when it is broken, and how a request comes to break it and nothing
    /// else.</summary>
    private sealed record Limit(string Code, string Rule, Func<RefundFacts, RefundFacts> Break)
    {
        /// <summary>What no other limit may move in the same request.</summary>
        public string[] Moves { get; init; } = [$"{Code} {Rule}"];

        /// <summary>What is other in the permit then.</summary>
        public Func<Clause, Clause> Under { get; init; } = clause => clause;

        /// <summary>Is it said only where the permit holds otherwise?</summary>
        public bool IsOfWhole { get; init; }

        public bool MayMeet(Limit other) =>
            !Moves.Intersect(other.Moves, StringComparer.Ordinal).Any()
            && !(IsOfWhole && other.Rule == Rule)
            && !(other.IsOfWhole && Rule == other.Rule);
    }
}
