using System.Text.Json;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

/// <summary>What a decision tells beside its outcome, and the edges of time and of what is stored.</summary>
public sealed class DecisionDetailTests
{
    private static readonly VehicleFacts Bike = new("vehicles/2", "e-bike");

    [Fact]
    public void A_denial_tells_what_is_left_now_and_what_is_held_already_is_not_counted_again()
    {
        var denied = Decide(
            PolicyOf(AgentPermit with { MaxAmount = 1 }),
            Facts with
            {
                Uses = Used("daily", 5_000, 2),
            }
        );
        Assert.Equal((95_000L, 18L), LeftOf(denied));

        var slot = BudgetSlot.Of(Daily, Facts)!;
        var held = Facts with { HeldIn = [slot], Uses = Used("daily", 100_000, 20) };
        var again = Decide(PolicyOf(AgentPermit), held);
        Assert.True(again.Allowed);
        Assert.Equal((0L, 0L), LeftOf(again));
        Assert.Null(again.AllowedAmount);
    }

    [Fact]
    public void A_full_budget_of_all_is_full_for_a_lead_too() =>
        Assert.Equal(
            ["client_officer"],
            Decide(PolicyOf(AgentPermit), Facts with { Uses = Used("daily", 100_000, 0) }).AllowedBy.ToArray()
        );

    [Fact]
    public void Of_permits_that_ask_as_few_the_first_by_name_is_taken()
    {
        var (a, b) = (AgentPermit with { Id = "a" }, AgentPermit with { Id = "b" });

        Assert.Equal("a", Decide(PolicyOf(b, a), Facts).Clause);
        Assert.Equal("b", Decide(PolicyOf(b, a with { Tier = Tier.T1 }), Facts).Clause);
    }

    [Fact]
    public void Who_has_to_agree_is_told_in_order_and_all_that_is_not_known_of_a_forbid()
    {
        var two = Decide(PolicyOf(AgentPermit with { Tier = Tier.T2 }), Facts);
        Assert.Equal("has to be agreed to by lead, then client_officer", Assert.Single(two.Failed).Message);

        var forbid = AgentPermit with
        {
            Id = "no",
            Effect = ClauseEffect.Forbid,
            Products = ["x"],
            MaxRideAgeHours = 1,
        };
        var goodwill = Facts with { Ride = null, Request = Facts.Request with { Reason = "GOODWILL" } };
        Assert.Equal(
            "whether the clause forbids this is not known: the operator's record of the ride or vehicle has not "
                + "arrived; the operator's record of the ride has not arrived",
            Assert.Single(Decide(PolicyOf(AgentPermit, forbid), goodwill).Failed).Message
        );
    }

    [Fact]
    public void A_forbid_that_asks_for_a_record_is_undecided_until_it_arrives()
    {
        var forbid = AgentPermit with { Id = "no", Effect = ClauseEffect.Forbid, Evidence = [Evidence.RideRecord] };
        var goodwill = Facts with { Request = Facts.Request with { Reason = "GOODWILL" } };

        Assert.Equal([Codes.Forbidden], Decide(PolicyOf(AgentPermit, forbid), goodwill).FailedCodes());
        Assert.Equal(
            [Codes.ForbidUndecided],
            Decide(PolicyOf(AgentPermit, forbid), goodwill with { Ride = null }).FailedCodes()
        );
    }

    [Fact]
    public void What_is_locked_counts_by_its_own_record_and_what_is_ridden_by_the_rides()
    {
        var locking = Facts with { Payment = null, Ride = null, Vehicle = Bike };
        var (vehicles, customers) = (
            Daily with
            {
                Dimension = BudgetDimension.Vehicle,
            },
            Daily with
            {
                Dimension = BudgetDimension.Customer,
            }
        );

        Assert.Equal(("e-bike", "scooter"), (locking.Product, (Facts with { Vehicle = Bike }).Product));
        Assert.Null((locking with { Vehicle = null }).Product);
        Assert.Equal("vehicles/2", BudgetSlot.Of(vehicles, locking)!.Key);
        Assert.Equal("vehicles/1", BudgetSlot.Of(vehicles, Facts with { Vehicle = Bike })!.Key);
        var ridden = Facts.Ride! with { Rider = "riders/9" };
        Assert.Equal("riders/9", BudgetSlot.Of(customers, Facts with { Payment = null, Ride = ridden })!.Key);
        Assert.Equal("riders/1", BudgetSlot.Of(customers, Facts with { Ride = ridden })!.Key);
    }

    [Fact]
    public void A_slot_knows_when_it_ends_and_whether_it_ever_does()
    {
        var day = BudgetSlot.At(Daily, "", Noon, "Asia/Seoul");
        var rolling = BudgetSlot.At(
            Daily with
            {
                Window = BudgetWindow.RollingHours,
                WindowHours = 48,
            },
            "",
            Noon,
            "Asia/Seoul"
        );
        var always = BudgetSlot.At(Daily with { Window = BudgetWindow.Lifetime }, "", Noon, "Asia/Seoul");

        Assert.Equal(Noon.AddHours(12), day.End);
        Assert.Equal(rolling.Bucket.AddHours(2), rolling.End);
        Assert.Equal((false, false, true), (day.IsLifetime, rolling.IsLifetime, always.IsLifetime));
        Assert.False((day with { From = DateTimeOffset.UnixEpoch }).IsLifetime);
        var error = Assert.Throws<InvalidOperationException>(() =>
            BudgetSlot.At(Daily with { Window = BudgetWindow.Unspecified }, "", Noon, "UTC")
        );
        Assert.Contains("daily", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Havana turns its clocks at midnight: 8 March begins at 1 o'clock, and 1 November has two midnights.
    [InlineData("2026-03-08T12:00Z", "2026-03-08T05:00Z", "2026-03-09T04:00Z")]
    [InlineData("2026-11-01T12:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z")]
    public void A_day_whose_midnight_is_not_there_or_twice_begins_once(string now, string start, string end)
    {
        var slot = BudgetSlot.At(Daily, "", At(now), "America/Havana");

        Assert.Equal((At(start), At(end)), (slot.From, slot.Until));
    }

    [Fact]
    public void A_window_begins_and_ends_with_its_minute()
    {
        var policy = PolicyOf(AgentPermit with { Windows = [new([1], 721, 722)] });

        Assert.False(Decide(policy, Facts with { Now = Noon.AddSeconds(59) }).Allowed);
        Assert.True(Decide(policy, Facts with { Now = Noon.AddSeconds(60) }).Allowed);
        Assert.True(Decide(policy, Facts with { Now = Noon.AddSeconds(119) }).Allowed);
        Assert.False(Decide(policy, Facts with { Now = Noon.AddSeconds(120) }).Allowed);
    }

    [Fact]
    public void A_policy_has_one_canonical_form()
    {
        var clause = AgentPermit with
        {
            Actions = [RefundAction.Coupon, RefundAction.CardRefund],
            Actors = [Actor.Lead, Actor.Agent],
            Products = ["scooter", "e-bike"],
            Reasons = ["OVERCHARGED", "GOODWILL"],
            Instruments = [Instrument.EasyPay, Instrument.Card],
            MaxAmount = 5_000,
            Windows = [new([7], 0, 1_440), new([2, 1], 540, 1_080)],
            Evidence = [Evidence.FaultReport, Evidence.RideRecord],
        };
        var budget = Daily with { Actors = [Actor.Lead, Actor.Agent], Reasons = ["B", "A"] };

        Assert.Equal(
            """
            {"catalogue":"1:x","clauses":[{"id":"agents","effect":"Permit","actions":["CardRefund","Coupon"],
            "products":["e-bike","scooter"],"reasons":["GOODWILL","OVERCHARGED"],"instruments":["Card","EasyPay"],
            "actors":["Agent","Lead"],"min_level":0,"min_amount":null,"max_amount":5000,"max_share_basis_points":null,
            "max_ride_age_hours":null,"windows":[{"days":[1,2],"start_minute":540,"end_minute":1080},
            {"days":[7],"start_minute":0,"end_minute":1440}],"evidence":["RideRecord","FaultReport"],"tier":"T0"}],
            "budgets":[{"id":"daily","dimension":"Delegation","window":"CalendarDay","window_hours":0,
            "limit_amount":100000,"limit_count":20,"actors":["Agent","Lead"],"reasons":["A","B"],"on_breach":"Deny"}],
            "splitting_window_hours":168}
            """.ReplaceLineEndings(""),
            new Policy("1:x", [clause], [budget]).ToJson()
        );
        var sorted = new Policy("1:x", [clause with { Id = "z" }, clause], [budget with { Id = "z" }, budget]).Sorted();
        Assert.Equal(["agents", "z"], sorted.Clauses.Select(one => one.Id));
        Assert.Equal(["daily", "z"], sorted.Budgets.Select(one => one.Id));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"catalogue":null,"clauses":[],"budgets":[]}""")]
    [InlineData("""{"catalogue":"1:x","clauses":[]}""")]
    public void What_is_stored_and_is_no_policy_is_refused(string json)
    {
        Assert.NotEmpty(Assert.Throws<JsonException>(() => Policy.FromJson(json)).Message);
        Assert.NotEmpty(Assert.Throws<JsonException>(() => RefundFacts.FromJson("null")).Message);
    }

    [Fact]
    public void What_is_wider_says_why()
    {
        var (before, end) = (PolicyOf(AgentPermit with { Windows = [new([7], 0, 1_440)] }), Noon);
        string[] Why(Policy after, DateTimeOffset? until = null) =>
            [.. Narrowing.Wider(new(before, end), new(after, until ?? end)).Select(part => part.Why)];

        Assert.Equal(["is later than 2026-10-05 03:00:00Z"], Why(before, end.AddTicks(1)));
        Assert.Equal(["is another reason catalogue"], Why(before with { Catalogue = "2:y" }));
        Assert.Equal(["is gone"], Why(before.With()));
        Assert.Equal(["limits less than before, or something else"], Why(before.With(Daily with { LimitCount = 21 })));
        Assert.Empty(Why(before with { Clauses = [AgentPermit with { Windows = [new([7], 60, 120)] }] }));
        Assert.Single(Why(before with { Clauses = [AgentPermit with { Windows = [new([1], 60, 120)] }] }));
        Assert.Single(Why(before with { Clauses = [AgentPermit] }));
    }

    private static (long? Amount, long? Count) LeftOf(Mobility.Refunds.Decision decision)
    {
        var left = Assert.Single(decision.Balances);
        return (left.Amount, left.Count);
    }

    private static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
