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

    /// <summary>Every field of a policy, changed alone.</summary>
    private static readonly Func<Policy, Policy>[] Changes =
    [
        policy => policy with { Catalogue = "1:y" },
        policy => policy with { Clauses = [policy.Clauses[0] with { Id = "other" }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Effect = ClauseEffect.Forbid }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Actions = [RefundAction.Coupon] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Products = [] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Reasons = [] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Instruments = [] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Actors = [Actor.Lead] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { MinLevel = 3 }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { MinAmount = null }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { MaxAmount = null }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { MaxShareBasisPoints = null }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { MaxRideAgeHours = null }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Windows = [] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Evidence = [] }] },
        policy => policy with { Clauses = [policy.Clauses[0] with { Tier = Tier.T3 }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { Id = "other" }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { Dimension = BudgetDimension.Agent }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { Window = BudgetWindow.Lifetime }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { WindowHours = 2 }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { LimitAmount = null }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { LimitCount = null }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { Actors = [] }] },
        policy => policy with { Budgets = [policy.Budgets[0] with { Reasons = [] }] },
    ];

    [Fact]
    public void Every_field_is_in_the_hash()
    {
        var policy = new Policy("1:x", [Full], [Weekly with { WindowHours = 1, Actors = [Actor.Agent] }]);
        var hashes = Changes.Select(change => change(policy).Hash()).Append(policy.Hash());

        Assert.Equal(Changes.Length + 1, hashes.Distinct().Count());
    }

    [Fact]
    public void The_hash_survives_storing_and_reading()
    {
        var policy = new Policy("1:x", [Full, SystemPermit], [Weekly, Daily]);

        Assert.Equal(policy.Hash(), Policy.FromJson(policy.ToJson()).Hash());
        Assert.Matches("^[0-9a-f]{64}$", policy.Hash());
    }
}
