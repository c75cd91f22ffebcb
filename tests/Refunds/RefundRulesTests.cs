using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;

namespace Mobility.Tests.Refunds;

public sealed class RefundRulesTests
{
    [Fact]
    public void What_one_clause_permits_and_every_budget_has_room_for_is_allowed()
    {
        var decision = Decide(PolicyOf(AgentPermit, SystemPermit), Facts);

        Assert.True(decision.Allowed);
        Assert.Empty(decision.Failed);
        Assert.Equal("agents", decision.Clause);
        Assert.Equal(["client:customer", "daily"], decision.Debits.Select(slot => slot.Budget));
        var left = Assert.Single(decision.Balances);
        Assert.Equal((97_000L, 19L), (left.Amount, left.Count));
        Assert.Equal(10_000, decision.AllowedAmount);
        Assert.Empty(decision.AllowedBy);
    }

    [Theory]
    [MemberData(nameof(SingleFailure.Names), MemberType = typeof(SingleFailure))]
    public void A_condition_that_fails_alone_denies_and_is_the_only_one_listed(string name)
    {
        var (code, rule, policy, facts) = SingleFailure.All[name];

        var decision = Decide(policy, facts);

        Assert.False(decision.Allowed);
        var failed = Assert.Single(decision.Failed);
        Assert.Equal((code, rule), (failed.Code, failed.Rule));
        Assert.NotEmpty(failed.Message);
        // A second person's agreement is the one condition that can still be met: the amount is held meanwhile.
        var waits = code is Codes.TierNeedsApproval or Codes.BudgetNeedsApproval;
        Assert.Equal(waits, decision.Admitted);
        Assert.Equal(waits ? "agents" : "", decision.Clause);
        Assert.Equal(waits, !decision.Debits.IsEmpty);
    }

    [Fact]
    public void Every_code_but_that_of_what_lacks_evidence_besides_has_a_case_where_it_fails_alone()
    {
        var codes = typeof(Codes).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal([Codes.AwaitingEvidenceExceeded], codes.Except(SingleFailure.All.Values.Select(one => one.Code)));
    }

    [Fact]
    public void A_request_that_breaks_many_conditions_lists_them_all()
    {
        var clause = AgentPermit with
        {
            MaxAmount = 2_000,
            MaxShareBasisPoints = 1_000,
            MinLevel = 5,
            Instruments = [Instrument.EasyPay],
            Products = ["e-bike"],
            MaxRideAgeHours = 1,
            Windows = [new([6, 7], 0, 1_440)],
        };
        var facts = Facts with
        {
            Request = Facts.Request with { Amount = 200_000 },
            Requester = Facts.Requester with { Standing = MemberState.Suspended },
            Delegation = Facts.Delegation! with { State = DelegationState.Revoked, ExpireTime = Noon },
            Ride = Facts.Ride! with { DistanceMeters = 1_240 },
            Uses = Used("daily", 0, 20),
        };

        var decision = Decide(PolicyOf(clause, AgentPermit with { Id = "no", Effect = ClauseEffect.Forbid }), facts);

        string[] expected =
        [
            Codes.AmountExceedsPayment,
            Codes.RideRecordContradicts,
            Codes.MemberSuspended,
            Codes.DelegationRevoked,
            Codes.DelegationExpired,
            Codes.Forbidden,
            Codes.LevelTooLow,
            Codes.InstrumentNotCovered,
            Codes.ProductNotCovered,
            Codes.AmountAboveClause,
            Codes.ShareAboveClause,
            Codes.RideTooOld,
            Codes.OutsideWindow,
            Codes.BudgetAmountExceeded,
            Codes.BudgetCountExceeded,
        ];
        Assert.Equal(expected, decision.FailedCodes());
    }

    [Fact]
    public void A_contradicted_claim_is_told_what_the_record_shows()
    {
        var facts = Facts with { Ride = Facts.Ride! with { DistanceMeters = 1_240 } };

        var failed = Assert.Single(Decide(PolicyOf(AgentPermit), facts).Failed);

        Assert.Equal(
            "the operator's record shows that the lock opened and that the vehicle moved 1,240 m",
            failed.Message
        );
    }

    [Theory]
    [InlineData(false, 300, true)] // the lock never opened: it was carried
    [InlineData(false, 0, false)]
    [InlineData(true, 0, true)]
    public void A_ride_never_ran_when_the_lock_stayed_shut_or_it_ended_where_it_began(
        bool unlocked,
        long meters,
        bool closed
    )
    {
        var facts = Facts with { Ride = new("vehicles/1", "scooter", Noon.AddHours(-1), meters, unlocked, closed) };

        Assert.True(Decide(PolicyOf(AgentPermit), facts).Allowed);
    }

    [Fact]
    public void Parts_of_two_clauses_do_not_add_up_to_a_permit()
    {
        var reasonOnly = AgentPermit with { Id = "a", MaxAmount = 1_000 };
        var amountOnly = AgentPermit with { Id = "b", Reasons = ["GOODWILL"] };

        var decision = Decide(PolicyOf(reasonOnly, amountOnly), Facts);

        Assert.Equal(
            [("a", Codes.AmountAboveClause), ("b", Codes.ReasonNotCovered)],
            decision.Failed.Select(failed => (failed.Rule, failed.Code))
        );
    }

    [Fact]
    public void A_clause_for_others_is_not_listed()
    {
        var decision = Decide(PolicyOf(AgentPermit with { MaxAmount = 1_000 }, SystemPermit), Facts);

        Assert.Equal("agents", Assert.Single(decision.Failed).Rule);
    }

    [Fact]
    public void Splitting_does_not_help_against_a_cap()
    {
        var policy = PolicyOf(AgentPermit with { MaxAmount = 5_000 });
        var second = Facts with { Payment = Facts.Payment! with { Settled = 2_000, Held = 1_000 } };

        Assert.True(Decide(policy, Facts).Allowed);
        var decision = Decide(policy, second);
        Assert.Equal([Codes.AmountAboveClause], decision.FailedCodes());
        Assert.Equal(2_000, decision.AllowedAmount);
    }

    [Theory]
    [InlineData(Splitting.Customer, Codes.CustomerAboveClause, "the customer")]
    [InlineData(Splitting.Case, Codes.CaseAboveClause, "the case")]
    public void Nor_does_splitting_over_payments_of_a_customer_or_in_a_case(string counted, string code, string whose)
    {
        var policy = PolicyOf(AgentPermit with { MaxAmount = 5_000, MaxShareBasisPoints = 3_000 });
        var facts = Facts with { Case = "cases/1", CaseRecord = new(IsOfThis: true) };
        var before = new Dictionary<string, BudgetUse>(Unused(Daily), StringComparer.Ordinal)
        {
            [Splitting.Case] = new(0, 0),
            [counted] = new(2_001, 1),
        };

        var decision = Decide(policy, facts with { Uses = before });

        // A share is of the payment alone.
        var failed = Assert.Single(decision.Failed);
        Assert.Equal((code, "agents"), (failed.Code, failed.Rule));
        Assert.Equal(
            $"with this the refunds of {whose} come to 5,001 KRW, the clause ends at 5,000 KRW: 2,999 KRW is left",
            failed.Message
        );
        Assert.Equal(2_999, decision.AllowedAmount);
        // What waits is counted already and not once more.
        var slot = new BudgetSlot(counted, "x", Noon.AddMinutes(-30), Noon.AddHours(-1), null);
        Assert.Equal(3_000, (facts with { Uses = before, HeldIn = [slot] }).Cumulative);
    }

    [Fact]
    public void Splitting_does_not_help_against_a_forbid()
    {
        var forbid = AgentPermit with { Id = "big", Effect = ClauseEffect.Forbid, MinAmount = 5_000 };
        var second = Facts with { Payment = Facts.Payment! with { Settled = 3_000 } };

        Assert.True(Decide(PolicyOf(AgentPermit, forbid), Facts).Allowed);
        var decision = Decide(PolicyOf(AgentPermit, forbid), second);
        Assert.Equal([Codes.Forbidden], decision.FailedCodes());
        Assert.Equal(1_999, decision.AllowedAmount);
    }

    [Fact]
    public void A_share_is_rounded_down_to_whole_units()
    {
        var policy = PolicyOf(AgentPermit with { MaxShareBasisPoints = 3_333 });

        Assert.Equal(3_333, Decide(policy, Asking(3_334)).AllowedAmount);
        Assert.True(Decide(policy, Asking(3_333)).Allowed);
    }

    [Fact]
    public void A_budget_exactly_at_its_limit_still_fits()
    {
        var facts = Facts with { Uses = Used("daily", 97_000, 19) };

        Assert.True(Decide(PolicyOf(AgentPermit), facts).Allowed);
        Assert.False(Decide(PolicyOf(AgentPermit), facts with { Uses = Used("daily", 97_001, 19) }).Allowed);
        Assert.False(Decide(PolicyOf(AgentPermit), facts with { Uses = Used("daily", 97_000, 20) }).Allowed);
    }

    /// <summary>A dangerous vehicle is locked though its budget was narrowed below what is used.</summary>
    [Fact]
    public void What_moves_no_money_is_held_against_no_amount()
    {
        var facts = Asking(0) with { Uses = Used("daily", 100_001, 19) };

        Assert.DoesNotContain("BUDGET_AMOUNT_EXCEEDED", Decide(PolicyOf(AgentPermit), facts).FailedCodes());
        var counted = facts with { Uses = Used("daily", 100_001, 20) };
        Assert.Contains("BUDGET_COUNT_EXCEEDED", Decide(PolicyOf(AgentPermit), counted).FailedCodes());
    }

    [Fact]
    public void A_budget_that_counts_other_actors_or_reasons_does_not_apply()
    {
        var others = Daily with { Id = "others", LimitCount = 1, Actors = [Actor.System] };
        var goodwill = Daily with { Id = "goodwill", LimitCount = 1, Reasons = ["GOODWILL"] };
        var facts = Facts with { Uses = Unused(Daily) };

        var decision = Decide(PolicyOf(AgentPermit).With(others, goodwill, Daily), facts);

        Assert.Equal(["client:customer", "daily"], decision.Debits.Select(slot => slot.Budget));
    }

    [Fact]
    public void A_lead_is_named_when_a_lead_could_allow_it()
    {
        var agents = AgentPermit with { Actors = [Actor.Agent], MaxAmount = 1_000 };
        var leads = AgentPermit with { Id = "leads", Actors = [Actor.Lead], MinLevel = 9 };
        var own = Daily with { Id = "own", Dimension = BudgetDimension.Agent };
        var facts = Facts with { Uses = Unused(Daily, own) };

        var byBoth = Decide(PolicyOf(agents, leads).With(Daily, own), facts);
        Assert.Equal(["client_officer", "lead"], byBoth.AllowedBy.ToArray());
        Assert.Equal(["client_officer"], Decide(PolicyOf(agents), facts).AllowedBy.ToArray());
    }

    [Fact]
    public void Nobody_is_named_for_what_nobody_can_allow() =>
        Assert.Empty(Decide(PolicyOf(AgentPermit), Asking(10_001)).AllowedBy);

    [Fact]
    public void A_lead_is_named_for_what_only_the_requester_must_not_ask_for()
    {
        var self = Facts.Requester with { OwnsCustomer = true };
        var lead = self with { Actor = Actor.Lead };

        Assert.Equal(["client_officer", "lead"], AllowedBy(self));
        Assert.Equal(["client_officer", "lead"], AllowedBy(lead));
        Assert.Equal(["client_officer"], AllowedBy(Facts.Requester with { Standing = null, Actor = Actor.Lead }));

        static string[] AllowedBy(RequesterFacts who) =>
            [.. Decide(PolicyOf(AgentPermit), Facts with { Requester = who }).AllowedBy];
    }

    [Fact]
    public void Who_would_get_it_is_stored_when_it_is_so_and_facts_of_before_read_as_ever()
    {
        var before = Facts.ToJson();
        var self = Facts with { Requester = Facts.Requester with { IsPayer = true, OwnsCustomer = true } };

        Assert.DoesNotContain("payer", before, StringComparison.Ordinal);
        Assert.Contains("\"standing\":\"Active\"}", before, StringComparison.Ordinal);
        Assert.Equal(before, RefundFacts.FromJson(before).ToJson());
        Assert.True(Decide(PolicyOf(AgentPermit), RefundFacts.FromJson(before)).Allowed);
        var again = RefundFacts.FromJson(self.ToJson());
        Assert.Equal((true, true), (again.Requester.IsPayer, again.Requester.OwnsCustomer));
        Assert.Equal(self.ToJson(), again.ToJson());
    }

    [Fact]
    public void Stored_facts_read_back_give_the_same_decision()
    {
        var policy = PolicyOf(AgentPermit with { MaxAmount = 1_000 }, SystemPermit);
        var facts = Facts with { Uses = Used("daily", 98_000, 3) };

        var again = Decide(Policy.FromJson(policy.ToJson()), RefundFacts.FromJson(facts.ToJson()));

        var first = Decide(policy, facts);
        Assert.Equal(first.Failed.ToArray(), again.Failed.ToArray());
        Assert.Equal(first.Balances.ToArray(), again.Balances.ToArray());
        Assert.Equal(first.AllowedAmount, again.AllowedAmount);
    }
}
