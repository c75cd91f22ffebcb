using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;

namespace Mobility.Tests.Refunds;

/// <summary>A policy and a request.</summary>
sealed record SmallCase(Policy Policy, RefundFacts Facts)
{
    public Mobility.Refunds.Decision Decide() => DecisionScene.Decide(Policy, Facts);

    public override string ToString() => $"{Policy.ToJson()}\n{Facts.ToJson()}";
}

/// <summary>
/// Random policies and requests over domains so small that edges are met all the time: a payment of eight won, every
/// kind of part of a clause, every kind of budget, facts that are missing.
/// </summary>
static class SmallCases
{
    public static readonly Gen<Clause> AnyClause =
        from effect in Gen.Frequency((9, Gen.Constant(ClauseEffect.Permit)), (1, Gen.Constant(ClauseEffect.Forbid)))
        from tier in Gen.Elements(Tier.T0, Tier.T0, Tier.T1, Tier.T1, Tier.T2, Tier.T2, Tier.T3)
        from changes in Gen.ArrayOf(Gen.Choose(0, 17), 3)
        from draws in Gen.ArrayOf(Gen.Choose(0, 3), 3)
        select changes
            .Zip(draws)
            .Aggregate(
                AgentPermit with
                {
                    Actors = [Actor.Agent, Actor.Lead, Actor.System],
                    Effect = effect,
                    Tier = tier,
                },
                // A forbid of three parts is met now and then; one of none would deny all.
                (clause, part) => Narrowed(clause, part.First, part.Second)
            );

    public static readonly Gen<Budget> AnyBudget =
        from dimension in Gen.Elements(Enum.GetValues<BudgetDimension>()[1..])
        from window in Gen.Elements(Enum.GetValues<BudgetWindow>()[1..])
        from amount in Mostly<long?>(9, null, 3, 5)
        from count in Mostly<int?>(4, null, 1, 2)
        from actors in Mostly<ImmutableArray<Actor>>([], [Actor.Agent], [Actor.System])
        from reasons in Mostly<ImmutableArray<string>>([], ["GOODWILL"], ["OVERCHARGED", "UNLOCK_FAILED"])
        from breach in Mostly(BreachAction.Deny, BreachAction.Escalate)
        select Daily with
        {
            Dimension = dimension,
            Window = window,
            WindowHours = 24,
            LimitAmount = amount,
            LimitCount = count,
            Actors = actors,
            Reasons = reasons,
            OnBreach = breach,
        };

    private static readonly Gen<RideRecord?> AnyRide =
        from there in Mostly(true, false)
        from product in Mostly("scooter", "e-bike")
        from hours in Mostly(1, 2, 3)
        from late in Mostly(0, 1)
        from meters in Mostly(0L, 5)
        from unlocked in Mostly(true, false)
        from closed in Mostly(true, false)
        select there
            ? new RideRecord("vehicles/1", product, Noon.AddHours(-hours).AddTicks(-late), meters, unlocked, closed)
            : null;

    private static readonly Gen<RequesterFacts> AnyRequester =
        from actor in Gen.Elements(Actor.Agent, Actor.Agent, Actor.Lead, Actor.System)
        from level in Gen.Choose(2, 4)
        from standing in Mostly<MemberState?>(MemberState.Active, MemberState.Active, MemberState.Suspended, null)
        from payer in Rarely
        from owner in Rarely
        select actor == Actor.System
            ? RequesterFacts.TheService with
            {
                Level = level,
            }
            : new RequesterFacts(actor, "people/1", level, standing, payer, owner);

    private static readonly Gen<PaymentFacts> AnyPayment =
        from instrument in Mostly(Instrument.Card, Instrument.EasyPay, Instrument.MobileCarrier)
        from days in Gen.Elements(0, 4, 5)
        from settled in Mostly(0L, 1, 3)
        from held in Mostly(0L, 2)
        from waiting in Mostly(0L, 3, 4, 5)
        // Five days before the scene's Monday noon, the 5th, it was September in Korea.
        select new PaymentFacts("payments/1", "riders/1", instrument, Noon.AddDays(-days), 8, settled, held, waiting);

    private static readonly Gen<DelegationFacts> AnyDelegation =
        from state in Gen.Frequency(
            (30, Gen.Constant(DelegationState.Active)),
            (1, Gen.Elements(DelegationState.Suspended, DelegationState.Revoked))
        )
        from start in Gen.Frequency((30, Gen.Constant(Noon)), (1, Gen.Constant(Noon.AddTicks(1))))
        from end in Gen.Frequency((30, Gen.Constant(Noon.AddTicks(1))), (1, Gen.Constant(Noon)))
        select new DelegationFacts("delegations/1", state, 1, start, end);

    private static readonly Gen<BudgetUse?> AnyUse = Gen.Frequency(
        (15, Gen.Constant<BudgetUse?>(new(0, 0))),
        (2, Gen.Constant<BudgetUse?>(new(3, 1))),
        (2, Gen.Constant<BudgetUse?>(new(6, 3))),
        (1, Gen.Constant<BudgetUse?>(null))
    );

    public static readonly Gen<SmallCase> AnyCase =
        from clauses in Gen.ListOf(AnyClause, 3)
        from budgets in Gen.ListOf(AnyBudget, 2)
        from amount in Gen.Choose(0, 9)
        from reason in Mostly("GOODWILL", "UNLOCK_FAILED", "OVERCHARGED", "BORED")
        from who in AnyRequester
        from payment in AnyPayment
        from ride in AnyRide
        from delegation in AnyDelegation
        from caseName in Mostly<string?>("cases/1", [null])
        from caseRecord in Mostly<CaseFacts?>(new CaseFacts(true), new CaseFacts(false), null)
        from reported in Mostly(true, false)
        from confirmed in Mostly(true, false)
        from uses in Gen.ArrayOf(AnyUse, 2)
        from ofCustomer in Mostly(0L, 1, 4)
        from inCase in Mostly(0L, 2, 5)
        from agreed in Mostly<ImmutableArray<MemberRole>>([], [MemberRole.Lead], [MemberRole.ClientOfficer])
        select new SmallCase(
            new Policy(
                ReasonCatalogue.Current.Version,
                [.. clauses.Select((clause, n) => clause with { Id = $"c{n}" })],
                [.. budgets.Select((budget, n) => budget with { Id = $"b{n}" })]
            ),
            DecisionScene.Facts with
            {
                Request = new(RefundAction.CardRefund, reason, amount),
                Requester = who,
                Payment = payment,
                Ride = ride,
                Delegation = delegation,
                Case = caseName,
                CaseRecord = caseName is null ? null : caseRecord,
                Fault = new(reported, confirmed),
                Agreed = agreed,
                Uses = uses.Select((use, n) => (Id: $"b{n}", Use: use))
                    .Where(pair => pair.Use is not null)
                    .Append((Id: Splitting.Customer, Use: new BudgetUse(ofCustomer, 1)))
                    .Append((Id: Splitting.Case, Use: new BudgetUse(inCase, 1)))
                    .Where(pair => pair.Id != Splitting.Case || (caseName is not null && caseRecord?.IsOfThis == true))
                    .ToDictionary(pair => pair.Id, pair => pair.Use!, StringComparer.Ordinal),
            }
        );

    /// <summary>The clause with one part more or less tight, by two draws.</summary>
    public static Clause Narrowed(Clause clause, int part, int draw) =>
        part switch
        {
            0 => clause with { Actors = [clause.Actors[draw % clause.Actors.Length]] },
            1 => clause with { Reasons = draw > 1 ? ["GOODWILL"] : ["OVERCHARGED", "UNLOCK_FAILED"] },
            2 => clause with
            {
                Instruments = draw > 0 ? [Instrument.Card, Instrument.MobileCarrier] : [Instrument.EasyPay],
            },
            3 => clause with { Products = draw > 0 ? ["scooter"] : ["e-bike"] },
            4 => clause with { MinLevel = draw + 1 },
            5 => clause with { MinAmount = draw + 1 },
            6 => clause with { MaxAmount = draw + 4 },
            // Of 8 won: 2.99…, 3, 4 and 8.
            7 => clause with { MaxShareBasisPoints = (int[])[3_749, 3_750, 5_000, 10_000] is var of ? of[draw] : 0 },
            8 => clause with { MaxRideAgeHours = draw + 1 },
            9 => clause with { Windows = Windows(draw) },
            10 => clause with { Evidence = [(Evidence)(draw + 1)] },
            _ => clause,
        };

    public static Gen<T> Mostly<T>(T usual, params T[] others) =>
        Gen.Frequency((3, Gen.Constant(usual)), (1, Gen.Elements(others)));

    private static Gen<bool> Rarely => Gen.Frequency((15, Gen.Constant(false)), (1, Gen.Constant(true)));

    // The scene's noon is minute 720 of a Monday.
    private static ImmutableArray<Mobility.Refunds.TimeWindow> Windows(int draw) =>
        draw switch
        {
            0 => [new([1], 0, 720)],
            1 => [new([1, 2], 720, 721)],
            2 => [new([2, 7], 0, 1_440), new([1], 700, 730)],
            _ => [new([2], 0, 1_440)],
        };
}
