using System.Collections.Immutable;
using Mobility.Refunds;
using Mobility.Refunds.V1;
using Xunit;
using static Mobility.Tests.Refunds.DecisionScene;
using Budget = Mobility.Refunds.Budget;
using Clause = Mobility.Refunds.Clause;
using TimeWindow = Mobility.Refunds.TimeWindow;

namespace Mobility.Tests.Refunds;

/// <summary>The law of narrowing over random terms, changes of them, and requests that come close to their
/// edges.</summary>
public sealed class NarrowingLaws
{
    private const int Seed = 20_261_122;
    private const int Requests = 24_000;
    private const int RequestsOfPair = 4;

    [Fact]
    public void What_terms_that_are_called_narrower_admit_the_old_ones_admitted_with_no_more_people()
    {
        var random = new Random(Seed);
        var (narrower, admitted) = (0, 0);
        while (narrower < Requests)
        {
            var (before, after) = Pair(random);
            if (!Narrowing.Wider(before, after).IsEmpty)
            {
                continue;
            }
            for (var n = 0; n < RequestsOfPair; n++, narrower++)
            {
                var facts = AnyFacts(random, before.Policy, after.Policy);
                var (old, now) = (Under(before, facts), Under(after, facts));
                Assert.True(
                    !now.Admitted || (old.Admitted && old.Approvers.All(now.Approvers.Contains)),
                    $"request {narrower}: {facts.ToJson()}\n{before.Policy.ToJson()}\n{after.Policy.ToJson()}"
                );
                admitted += now.Admitted ? 1 : 0;
            }
        }
        Assert.InRange(admitted, Requests / 20, Requests);
    }

    [Fact]
    public void Among_terms_that_are_called_wider_are_such_that_admit_more()
    {
        var random = new Random(Seed + 1);
        var more = 0;
        for (var n = 0; n < Requests; n++)
        {
            var (before, after) = Pair(random);
            var facts = AnyFacts(random, before.Policy, after.Policy);
            var isMore = Under(after, facts).Admitted && !Under(before, facts).Admitted;
            Assert.False(isMore && Narrowing.Wider(before, after).IsEmpty);
            more += isMore ? 1 : 0;
        }
        Assert.InRange(more, Requests / 200, Requests);
    }

    [Fact]
    public void Any_terms_are_no_wider_than_themselves_in_any_order()
    {
        var random = new Random(Seed + 2);
        for (var n = 0; n < 500; n++)
        {
            var (terms, _) = Pair(random);
            var reversed = terms.Policy with
            {
                Clauses = [.. terms.Policy.Clauses.Reverse()],
                Budgets = [.. terms.Policy.Budgets.Reverse()],
            };
            Assert.Empty(Narrowing.Wider(terms, terms with { Policy = reversed }));
        }
    }

    // Whoever looks back over a longer time finds more.
    private static Mobility.Refunds.Decision Under(Terms terms, RefundFacts facts) =>
        Decide(
            terms.Policy,
            facts with
            {
                Delegation = facts.Delegation! with { ExpireTime = terms.ExpireTime },
                Uses = facts.Uses.ToDictionary(
                    use => use.Key,
                    use =>
                        use.Key == Splitting.Customer
                            ? use.Value with
                            {
                                Amount = use.Value.Amount / 24 * terms.Policy.SplittingWindowHours,
                            }
                            : use.Value,
                    StringComparer.Ordinal
                ),
            }
        );

    /// <summary>Terms, and the same with a few changes either way.</summary>
    private static (Terms Before, Terms After) Pair(Random random)
    {
        var clauses = Enumerable.Range(0, random.Next(1, 4)).Select(n => AnyClause(random, $"c{n}")).ToList();
        var budgets = Enumerable.Range(0, random.Next(1, 3)).Select(n => AnyBudget(random, $"b{n}")).ToList();
        var before = new Policy(ReasonCatalogue.Current.Version, [.. clauses], [.. budgets]);
        var after = before with
        {
            Clauses =
            [
                .. clauses
                    .Where(clause => clause.Effect == ClauseEffect.Forbid || random.Next(8) > 0)
                    .Select(clause => Changed(random, clause)),
                .. random.Next(4) == 0 ? [AnyClause(random, "new")] : ImmutableArray<Clause>.Empty,
            ],
            Budgets =
            [
                .. budgets.Where(_ => random.Next(20) > 0).Select(budget => Changed(random, budget)),
                .. random.Next(4) == 0 ? [AnyBudget(random, "new")] : ImmutableArray<Budget>.Empty,
            ],
        };
        before = before with { SplittingWindowHours = One(random, 24, 48, 168) };
        after = after with
        {
            SplittingWindowHours = random.Next(3) == 0 ? One(random, 24, 48, 168) : before.SplittingWindowHours,
        };
        var end = Noon.AddMinutes(random.Next(1, 4));
        return (new(before, end), new(after, random.Next(4) == 0 ? Noon.AddMinutes(random.Next(1, 4)) : end));
    }

    private static Clause AnyClause(Random random, string id)
    {
        var clause = AgentPermit with
        {
            Id = id,
            Effect = random.Next(3) == 0 ? ClauseEffect.Forbid : ClauseEffect.Permit,
        };
        for (var part = 0; part < Parts; part++)
        {
            clause = random.Next(5) == 0 ? Drawn(random, clause, part) : clause;
        }
        return clause;
    }

    private static Clause Changed(Random random, Clause clause)
    {
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            clause = Drawn(random, clause, random.Next(Parts));
        }
        return clause;
    }

    private const int Parts = 13;

    /// <summary>The clause with one part drawn anew.</summary>
    private static Clause Drawn(Random random, Clause clause, int part) =>
        part switch
        {
            0 => clause with
            {
                Actions = Any<RefundAction>(random, [RefundAction.CardRefund], [.. AgentPermit.Actions]),
            },
            1 => clause with { Actors = Any<Actor>(random, [Actor.Agent], [Actor.Agent, Actor.Lead], [Actor.System]) },
            2 => clause with { Products = Any<string>(random, [], ["scooter"], ["e-bike"], ["e-bike", "scooter"]) },
            3 => clause with { Reasons = Any<string>(random, [], ["GOODWILL"], ["GOODWILL", "UNLOCK_FAILED"]) },
            4 => clause with { Instruments = Any<Instrument>(random, [], [Instrument.Card], [Instrument.EasyPay]) },
            5 => clause with { MinLevel = One(random, 0, 2, 3, 4) },
            6 => clause with { MinAmount = One<long?>(random, null, 1_000, 3_000, 3_001) },
            7 => clause with { MaxAmount = One<long?>(random, null, 2_999, 3_000, 6_000) },
            8 => clause with { MaxShareBasisPoints = One<int?>(random, null, 3_000, 3_333, 10_000) },
            9 => clause with { MaxRideAgeHours = One<int?>(random, null, 1, 2, 3) },
            10 => clause with
            {
                Windows = Any<TimeWindow>(
                    random,
                    [],
                    [new([1, 2], 0, 721)],
                    [new([1], 600, 720), new([1, 2], 720, 900)],
                    [new([1], 700, 730)]
                ),
            },
            11 => clause with
            {
                Evidence = Any<Evidence>(
                    random,
                    [],
                    [Evidence.RideNeverRan],
                    [Evidence.FaultConfirmed],
                    [Evidence.RideNeverRan, Evidence.FaultReport]
                ),
            },
            _ => clause with { Tier = One(random, Tier.T0, Tier.T0, Tier.T1, Tier.T2, Tier.T3) },
        };

    private static Budget AnyBudget(Random random, string id) =>
        Daily with
        {
            Id = id,
            Dimension = One(random, BudgetDimension.Delegation, BudgetDimension.Agent, BudgetDimension.Vehicle),
            LimitAmount = One<long?>(random, null, 5_000, 100_000),
            LimitCount = One<int?>(random, null, 3, 20),
            Actors = Any<Actor>(random, [], [], [Actor.Agent], [Actor.System]),
            Reasons = Any<string>(random, [], [], ["GOODWILL"], ["GOODWILL", "UNLOCK_FAILED"]),
            OnBreach = One(random, BreachAction.Deny, BreachAction.Escalate),
        };

    private static Budget Changed(Random random, Budget budget)
    {
        var other = AnyBudget(random, budget.Id);
        return random.Next(8) switch
        {
            0 => budget with { Dimension = other.Dimension },
            1 => budget with { LimitAmount = other.LimitAmount },
            2 => budget with { LimitCount = other.LimitCount },
            3 => budget with { Actors = other.Actors },
            4 => budget with { Reasons = other.Reasons },
            5 => budget with { OnBreach = other.OnBreach },
            _ => budget,
        };
    }

    /// <summary>A request, with the use of every budget of both policies.</summary>
    private static RefundFacts AnyFacts(Random random, Policy before, Policy after)
    {
        var action = One(random, RefundAction.CardRefund, RefundAction.CardRefund, RefundAction.EndRide);
        var who = One(random, Actor.Agent, Actor.Agent, Actor.Lead, Actor.System);
        var hasAmount = Actions.HasAmount(action);
        var amount = hasAmount ? One(random, 1L, 999, 1_000, 2_999, 3_000, 3_001, 6_000) : 0;
        var ride = Facts.Ride! with
        {
            DistanceMeters = One(random, 0L, 0, 5),
            StartTime = Noon.AddHours(-One(random, 1, 2, 3)),
            Product = One(random, "scooter", "e-bike"),
            Closed = hasAmount,
        };
        return Facts with
        {
            Now = Noon.AddMinutes(random.Next(-2, 3)),
            Request = new(action, One(random, "UNLOCK_FAILED", "GOODWILL", "OVERCHARGED"), amount),
            Requester =
                who == Actor.System
                    ? RequesterFacts.TheService
                    : Facts.Requester with
                    {
                        Actor = who,
                        Level = One(random, 2, 3, 4),
                    },
            Payment = hasAmount
                ? Facts.Payment! with
                {
                    Settled = One(random, 0L, 0, 500),
                    Instrument = One(random, Instrument.Card, Instrument.EasyPay),
                }
                : null,
            Ride = random.Next(6) == 0 ? null : ride,
            Fault = new(Reported: true, random.Next(2) == 0),
            Agreed = Any<MemberRole>(random, [], [], [MemberRole.Lead]),
            Uses = before
                .Budgets.Concat(after.Budgets)
                .Select(budget => budget.Id)
                .Append(Splitting.Customer)
                .Distinct(StringComparer.Ordinal)
                .Where(_ => random.Next(12) > 0)
                .ToDictionary(
                    id => id,
                    id =>
                        id == Splitting.Customer
                            ? new BudgetUse(One(random, 0L, 0, 24 * 20), 1)
                            : new BudgetUse(One(random, 0L, 2_000, 97_000), One(random, 0L, 2, 19)),
                    StringComparer.Ordinal
                ),
        };
    }

    private static T One<T>(Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    private static ImmutableArray<T> Any<T>(Random random, params ReadOnlySpan<ImmutableArray<T>> values) =>
        values[random.Next(values.Length)];
}
