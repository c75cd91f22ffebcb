using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

/// <summary>The decision where people have to agree, where something is held already, and where nothing has an
/// amount.</summary>
public sealed class ApprovalChainTests
{
    [Theory]
    [InlineData(Tier.T1, Actor.Agent, "lead")]
    [InlineData(Tier.T1, Actor.System, "lead")]
    [InlineData(Tier.T1, Actor.Lead, "")]
    [InlineData(Tier.T2, Actor.Agent, "lead,client_officer")]
    [InlineData(Tier.T2, Actor.System, "lead,client_officer")]
    [InlineData(Tier.T2, Actor.Lead, "client_officer")]
    [InlineData(Tier.T0, Actor.Agent, "")]
    public void A_tier_says_who_has_to_agree_in_order_and_a_lead_who_asks_is_the_lead(
        Tier tier,
        Actor actor,
        string who
    )
    {
        var clause = AgentPermit with { Actors = [Actor.Agent, Actor.Lead, Actor.System], Tier = tier };
        var requester = Facts.Requester with { Actor = actor };

        var decision = Decide(PolicyOf(clause), Facts with { Requester = requester });

        Assert.Equal(who, string.Join(',', decision.AllowedBy));
        Assert.Equal((who.Length == 0, true), (decision.Allowed, decision.Admitted));
        Assert.Equal(97_000, Assert.Single(decision.Balances).Amount);
    }

    [Fact]
    public void The_permit_that_asks_the_fewest_people_is_taken_and_the_amount_that_needs_nobody_is_told()
    {
        var policy = PolicyOf(
            AgentPermit with
            {
                Id = "a-officer",
                Tier = Tier.T2,
            },
            AgentPermit with
            {
                Id = "b-lead",
                MaxAmount = 5_000,
                Tier = Tier.T1,
            },
            AgentPermit with
            {
                Id = "c-nobody",
                MaxAmount = 2_000,
            }
        );

        Assert.Equal(
            ["c-nobody", "b-lead", "a-officer"],
            new[] { 2_000L, 5_000, 5_001 }.Select(amount => Decide(policy, Asking(amount)).Clause)
        );
        Assert.Equal(2_000, Decide(policy, Asking(5_001)).AllowedAmount);
    }

    [Fact]
    public void Beyond_a_budget_that_escalates_an_officer_has_to_agree_and_it_is_counted_all_the_same()
    {
        var policy = PolicyOf(AgentPermit).With(Daily with { OnBreach = BreachAction.Escalate });

        var asked = Decide(policy, Facts with { Uses = Used("daily", 99_000, 5) });

        Assert.Equal([MemberRole.Lead, MemberRole.ClientOfficer], asked.Approvers.ToArray());
        Assert.Equal([Codes.BudgetNeedsApproval], asked.FailedCodes());
        Assert.Equal((-2_000L, 1_000L), (Assert.Single(asked.Balances).Amount, asked.AllowedAmount));
        var held = Facts with { Uses = Used("daily", 102_000, 6), HeldIn = asked.Debits, Agreed = [MemberRole.Lead] };
        Assert.Equal([MemberRole.ClientOfficer], Decide(policy, held).Approvers.ToArray());
        Assert.True(Decide(policy, held with { Agreed = [MemberRole.Lead, MemberRole.ClientOfficer] }).Allowed);
        // What another let go is room for it.
        Assert.True(Decide(policy, held with { Uses = Used("daily", 100_000, 5) }).Allowed);
    }

    [Fact]
    public void What_is_held_already_has_its_room_whatever_came_after_it()
    {
        var slot = BudgetSlot.At(Daily, "", Noon.AddDays(-1), Facts.Zone);
        var facts = Facts with { Uses = Used("daily", 250_000, 99), HeldIn = [slot] };

        var decision = Decide(PolicyOf(AgentPermit), facts);

        Assert.True(decision.Allowed);
        Assert.Equal(slot, Assert.Single(decision.Debits, one => !one.IsClientWide));
        Assert.False(Decide(PolicyOf(AgentPermit), facts with { HeldIn = [] }).Allowed);
    }

    [Fact]
    public void An_action_without_amount_is_counted_and_touches_neither_payment_nor_customer_that_it_has_not()
    {
        var budgets = new[]
        {
            Daily with
            {
                LimitCount = 1,
            },
            Daily with
            {
                Id = "payment",
                Dimension = BudgetDimension.Payment,
            },
            Daily with
            {
                Id = "customer",
                Dimension = BudgetDimension.Customer,
            },
            Daily with
            {
                Id = "vehicle",
                Dimension = BudgetDimension.Vehicle,
            },
        };
        var policy = PolicyOf(AgentPermit).With(budgets);
        var end = Facts with
        {
            Request = new(RefundAction.EndRide, "GOODWILL", 0),
            Payment = null,
            Ride = Facts.Ride! with { Closed = false, Rider = "riders/1" },
            Uses = Unused(budgets),
        };
        var locked = end with
        {
            Request = new(RefundAction.LockVehicle, "GOODWILL", 0),
            Ride = null,
            Vehicle = new("vehicles/1", "scooter"),
        };

        Assert.Equal(["customer", "daily", "vehicle"], Decide(policy, end).Debits.Select(slot => slot.Budget));
        Assert.Equal(["daily", "vehicle"], Decide(policy, locked).Debits.Select(slot => slot.Budget));
        Assert.Equal("vehicles/1", Decide(policy, locked).Debits[1].Key);
        var full = locked with { Uses = Used("daily", 0, 1) };
        Assert.Equal([Codes.BudgetCountExceeded], Decide(PolicyOf(AgentPermit).With(budgets[0]), full).FailedCodes());
    }
}
