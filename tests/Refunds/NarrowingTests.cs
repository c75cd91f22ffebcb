using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;

namespace Mobility.Tests.Refunds;

/// <summary>Which terms are narrower, part by part.</summary>
public sealed class NarrowingTests
{
    private static readonly Clause Full = AgentPermit with
    {
        Actions = [RefundAction.CardRefund, RefundAction.Coupon],
        Actors = [Actor.Agent, Actor.Lead],
        Products = ["e-bike", "scooter"],
        Reasons = ["GOODWILL", "UNLOCK_FAILED"],
        Instruments = [Instrument.Card, Instrument.EasyPay],
        MinLevel = 3,
        MinAmount = 1_000,
        MaxAmount = 5_000,
        MaxShareBasisPoints = 5_000,
        MaxRideAgeHours = 24,
        Windows = [new([1, 2], 540, 1_080), new([1, 2], 1_080, 1_200)],
        Evidence = [Evidence.RideRecord],
        Tier = Tier.T1,
    };

    private static readonly Dictionary<string, (Clause[] Smaller, Clause[] Larger)> Boxes = new(StringComparer.Ordinal)
    {
        ["actions"] = (
            [Full with { Actions = [RefundAction.Coupon] }],
            [Full with { Actions = [RefundAction.Coupon, RefundAction.CardRefund, RefundAction.RidePass] }]
        ),
        ["actors"] = (
            [Full with { Actors = [Actor.Lead] }],
            [Full with { Actors = [Actor.Agent, Actor.Lead, Actor.System] }]
        ),
        ["products"] = ([Full with { Products = ["scooter"] }], [Full with { Products = [] }]),
        ["reasons"] = (
            [Full with { Reasons = ["GOODWILL"] }],
            [Full with { Reasons = [] }, Full with { Reasons = ["GOODWILL", "UNLOCK_FAILED", "OVERCHARGED"] }]
        ),
        ["instruments"] = (
            [Full with { Instruments = [Instrument.Card] }],
            [
                Full with
                {
                    Instruments = [],
                },
                Full with
                {
                    Instruments = [Instrument.Card, Instrument.EasyPay, Instrument.MobileCarrier],
                },
            ]
        ),
        ["min_level"] = ([Full with { MinLevel = 4 }], [Full with { MinLevel = 2 }]),
        ["min_amount"] = (
            [Full with { MinAmount = 1_001 }],
            [Full with { MinAmount = 999 }, Full with { MinAmount = null }]
        ),
        ["max_amount"] = (
            [Full with { MaxAmount = 4_999 }],
            [Full with { MaxAmount = 5_001 }, Full with { MaxAmount = null }]
        ),
        ["max_share_basis_points"] = (
            [Full with { MaxShareBasisPoints = 4_999 }],
            [Full with { MaxShareBasisPoints = 5_001 }, Full with { MaxShareBasisPoints = null }]
        ),
        ["max_ride_age_hours"] = (
            [Full with { MaxRideAgeHours = 23 }],
            [Full with { MaxRideAgeHours = 25 }, Full with { MaxRideAgeHours = null }]
        ),
        ["windows"] = (
            [
                Full with
                {
                    Windows = [new([2], 540, 1_200)],
                },
                // One window across the two that lie side by side.
                Full with
                {
                    Windows = [new([1], 1_000, 1_100), new([2], 540, 541)],
                },
            ],
            [
                Full with
                {
                    Windows = [],
                },
                Full with
                {
                    Windows = [new([1, 2], 540, 1_201)],
                },
                Full with
                {
                    Windows = [new([1, 2], 539, 1_200)],
                },
                Full with
                {
                    Windows = [new([1, 2, 3], 540, 1_200)],
                },
            ]
        ),
        ["evidence"] = (
            [Full with { Evidence = [Evidence.RideRecord, Evidence.FaultReport] }],
            [Full with { Evidence = [] }]
        ),
    };

    public static TheoryData<string> Parts => [.. Boxes.Keys];

    [Fact]
    public void Looking_back_longer_is_narrower_unless_a_permit_begins_at_an_amount()
    {
        var (day, week) = (Over(24, Full with { MinAmount = null }), Over(168, Full with { MinAmount = null }));

        Assert.Empty(Narrowing.Wider(day, week));
        Assert.Equal("splitting_window_hours", Assert.Single(Narrowing.Wider(week, day)).Path);
        Assert.Equal("splitting_window_hours", Assert.Single(Narrowing.Wider(Over(24, Full), Over(168, Full))).Path);

        static Terms Over(int hours, Clause clause) =>
            new(PolicyOf(clause) with { SplittingWindowHours = hours }, Noon.AddDays(1));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_permit_may_become_smaller_and_not_larger(string part)
    {
        Assert.All(Boxes[part].Smaller, box => Assert.Empty(Wider(PolicyOf(Full), PolicyOf(box))));
        Assert.All(Boxes[part].Larger, box => Finds($"clauses[agents].{part}", PolicyOf(Full), PolicyOf(box)));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_forbid_may_become_larger_and_not_smaller(string part)
    {
        var before = Forbidding(Full);
        Assert.All(Boxes[part].Larger, box => Assert.Empty(Wider(before, Forbidding(box))));
        Assert.All(Boxes[part].Smaller, box => Assert.Contains($"clauses[no].{part}", Wider(before, Forbidding(box))));
    }

    [Fact]
    public void A_permit_may_ask_more_people_and_not_fewer()
    {
        Assert.Empty(Wider(PolicyOf(Full), PolicyOf(Full with { Tier = Tier.T2 })));
        Assert.Empty(Wider(PolicyOf(Full), PolicyOf(Full with { Tier = Tier.T3, MaxAmount = null })));
        Finds("clauses[agents].tier", PolicyOf(Full), PolicyOf(Full with { Tier = Tier.T0 }));
        // What nobody may do is no room for anybody.
        Finds("clauses[agents]", PolicyOf(Full with { Tier = Tier.T3 }), PolicyOf(Full));
    }

    [Fact]
    public void A_permit_may_lie_in_one_of_another_name_and_not_in_two_together()
    {
        var low = Full with { Id = "low", MaxAmount = 3_000 };
        var high = Full with { Id = "high", MinAmount = 3_001, MaxAmount = 5_000 };

        Assert.Empty(Wider(PolicyOf(low, high), PolicyOf(low with { Id = "new", MaxAmount = 2_000 })));
        Assert.Empty(Wider(PolicyOf(low, high), PolicyOf(low with { MaxAmount = 100 }, low with { Id = "again" })));
        Finds("clauses[low].max_amount", PolicyOf(low, high), PolicyOf(low with { MaxAmount = 5_000 }));
    }

    [Fact]
    public void A_forbid_may_be_added_or_taken_over_by_a_larger_one_and_not_go()
    {
        var (more, before) = (
            Full with
            {
                Id = "more",
                Effect = ClauseEffect.Forbid,
                MaxAmount = null,
            },
            Forbidding(Full)
        );

        Assert.Empty(Wider(PolicyOf(AgentPermit), before));
        Assert.Empty(Wider(before, PolicyOf(AgentPermit, more)));
        Finds("clauses[no]", before, PolicyOf(AgentPermit));
        Finds("clauses[no]", before, PolicyOf(AgentPermit, more with { MinLevel = 9 }));
    }

    [Fact]
    public void A_budget_may_hold_less_and_count_more_and_be_added()
    {
        var budget = Daily with { Actors = [Actor.Agent], Reasons = ["GOODWILL"] };
        Assert.All(
            [
                budget with
                {
                    LimitAmount = 99_999,
                },
                budget with
                {
                    LimitCount = 19,
                },
                budget with
                {
                    Actors = [],
                },
                budget with
                {
                    Actors = [Actor.Agent, Actor.System],
                },
                budget with
                {
                    Reasons = [],
                },
                budget with
                {
                    Reasons = ["GOODWILL", "OVERCHARGED"],
                },
            ],
            less => Assert.Empty(Wider(Limited(budget), Limited(less)))
        );
        Assert.Empty(Wider(Limited(budget with { LimitCount = null }), Limited(budget)));
        Assert.Empty(Wider(Limited(budget), Limited(budget, budget with { Id = "more" })));
    }

    [Fact]
    public void A_budget_may_not_hold_more_count_less_or_change_what_it_counts()
    {
        var budget = Daily with { Actors = [Actor.Agent], Reasons = ["GOODWILL"] };
        (string Part, Budget Budget)[] wider =
        [
            ("limit_amount", budget with { LimitAmount = 100_001 }),
            ("limit_amount", budget with { LimitAmount = null }),
            ("limit_count", budget with { LimitCount = 21 }),
            ("limit_count", budget with { LimitCount = null }),
            ("actors", budget with { Actors = [Actor.Lead] }),
            ("reasons", budget with { Reasons = ["OVERCHARGED"] }),
            ("dimension", budget with { Dimension = BudgetDimension.Agent }),
            ("window", budget with { Window = BudgetWindow.CalendarMonth }),
            ("window_hours", budget with { WindowHours = 2 }),
        ];

        Assert.All(wider, one => Finds($"budgets[daily].{one.Part}", Limited(budget), Limited(one.Budget)));
        Finds("budgets[daily]", Limited(budget), Limited(budget with { Id = "other" }));
        Finds("budgets[daily].actors", Limited(budget with { Actors = [] }), Limited(budget));
    }

    [Fact]
    public void Another_catalogue_and_a_later_end_are_wider()
    {
        var (policy, end) = (PolicyOf(Full), Noon.AddDays(1));
        string[] Of(Terms after) => Paths(new(policy, end), after);

        Assert.Empty(Of(new(policy, end.AddTicks(-1))));
        Assert.Equal(["expire_time"], Of(new(policy, end.AddTicks(1))));
        Assert.Equal(["catalogue"], Of(new(policy with { Catalogue = "other" }, end)));
    }

    private static Policy Forbidding(Clause box) =>
        PolicyOf(AgentPermit, box with { Id = "no", Effect = ClauseEffect.Forbid });

    private static Policy Limited(params Budget[] budgets) => PolicyOf(Full).With(budgets);

    private static void Finds(string path, Policy before, Policy after) =>
        Assert.Equal([path], Wider(before, after).Distinct(StringComparer.Ordinal));

    private static string[] Wider(Policy before, Policy after) => Paths(new(before, Noon), new(after, Noon));

    private static string[] Paths(Terms before, Terms after) =>
        [.. Narrowing.Wider(before, after).Select(part => part.Path)];
}
