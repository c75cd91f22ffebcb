using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;

namespace Mobility.Tests.Refunds;

public sealed class PolicyTests
{
    private static readonly Clause Full = AgentPermit with
    {
        Products = ["scooter", "e-bike"],
        Reasons = ["GOODWILL", "OVERCHARGED"],
        Instruments = [Instrument.EasyPay, Instrument.Card],
        MinLevel = 2,
        MinAmount = 1,
        MaxAmount = 5_000,
        MaxShareBasisPoints = 10_000,
        MaxRideAgeHours = 48,
        Windows = [new([2, 1], 540, 1_080), new([7], 0, 1_440)],
        Evidence = [Evidence.FaultReport, Evidence.RideRecord],
    };

    private static readonly Budget Weekly = Daily with
    {
        Id = "a-week",
        Window = BudgetWindow.CalendarWeek,
        Reasons = ["B", "A"],
    };

    [Fact]
    public void Order_and_repeats_in_lists_do_not_change_the_hash()
    {
        var one = new Policy("1:x", [Full, SystemPermit], [Daily, Weekly]);
        var other = new Policy(
            "1:x",
            [
                SystemPermit,
                Full with
                {
                    Actors = [Actor.Lead, Actor.Agent, Actor.Lead],
                    Products = ["e-bike", "scooter"],
                    Reasons = ["OVERCHARGED", "GOODWILL", "GOODWILL"],
                    Instruments = [Instrument.Card, Instrument.EasyPay],
                    Windows = [new([7], 0, 1_440), new([1, 2, 2], 540, 1_080)],
                    Evidence = [Evidence.RideRecord, Evidence.FaultReport],
                },
            ],
            [Weekly with { Reasons = ["A", "B"] }, Daily]
        );

        Assert.Equal(one.Hash(), other.Hash());
    }

    [Fact]
    public void Every_field_is_in_the_hash()
    {
        var policy = new Policy("1:x", [Full], [Weekly with { WindowHours = 1, Actors = [Actor.Agent] }]);
        var clause = policy.Clauses[0];
        var budget = policy.Budgets[0];
        Policy[] changed =
        [
            policy with
            {
                Catalogue = "1:y",
            },
            policy with
            {
                Clauses = [clause with { Id = "other" }],
            },
            policy with
            {
                Clauses = [clause with { Effect = ClauseEffect.Forbid }],
            },
            policy with
            {
                Clauses = [clause with { Actions = [RefundAction.Coupon] }],
            },
            policy with
            {
                Clauses = [clause with { Products = [] }],
            },
            policy with
            {
                Clauses = [clause with { Reasons = [] }],
            },
            policy with
            {
                Clauses = [clause with { Instruments = [] }],
            },
            policy with
            {
                Clauses = [clause with { Actors = [Actor.Lead] }],
            },
            policy with
            {
                Clauses = [clause with { MinLevel = 3 }],
            },
            policy with
            {
                Clauses = [clause with { MinAmount = null }],
            },
            policy with
            {
                Clauses = [clause with { MaxAmount = null }],
            },
            policy with
            {
                Clauses = [clause with { MaxShareBasisPoints = null }],
            },
            policy with
            {
                Clauses = [clause with { MaxRideAgeHours = null }],
            },
            policy with
            {
                Clauses = [clause with { Windows = [] }],
            },
            policy with
            {
                Clauses = [clause with { Evidence = [] }],
            },
            policy with
            {
                Clauses = [clause with { Tier = Tier.T3 }],
            },
            policy with
            {
                Budgets = [budget with { Id = "other" }],
            },
            policy with
            {
                Budgets = [budget with { Dimension = BudgetDimension.Agent }],
            },
            policy with
            {
                Budgets = [budget with { Window = BudgetWindow.Lifetime }],
            },
            policy with
            {
                Budgets = [budget with { WindowHours = 2 }],
            },
            policy with
            {
                Budgets = [budget with { LimitAmount = null }],
            },
            policy with
            {
                Budgets = [budget with { LimitCount = null }],
            },
            policy with
            {
                Budgets = [budget with { Actors = [] }],
            },
            policy with
            {
                Budgets = [budget with { Reasons = [] }],
            },
        ];

        Assert.Equal(changed.Length + 1, changed.Append(policy).Select(one => one.Hash()).Distinct().Count());
    }

    [Fact]
    public void The_hash_survives_storing_and_reading()
    {
        var policy = new Policy("1:x", [Full, SystemPermit], [Weekly, Daily]);

        Assert.Equal(policy.Hash(), Policy.FromJson(policy.ToJson()).Hash());
        Assert.Matches("^[0-9a-f]{64}$", policy.Hash());
    }
}
