using FsCheck;
using FsCheck.Fluent;
using Mobility.Desk;
using Mobility.Desk.V1;
using Mobility.Refunds.V1;
using Xunit;
using Case = Mobility.Desk.Case;
using Shift = Mobility.Desk.Shift;

namespace Mobility.Tests.Desk;

public sealed class AssignmentRuleTests
{
    private static readonly Guid[] People =
    [
        .. Enumerable.Range(1, 8).Select(n => Guid.Parse($"0195f0a0-0000-7000-8000-00000000000{n}")),
    ];

    private static Guid Agent => People[0];
    private static Guid Other => People[1];
    private static Guid Lead => People[2];
    private static Guid Deputy => People[3];
    private static Guid Officer => People[4];

    [Fact]
    public void A_new_case_goes_down_the_line_until_somebody_is_there()
    {
        AssignmentFacts Facts(Guid? next, params Shift[] shifts) =>
            new(shifts, next, Everybody, new Dictionary<Guid, int> { [Agent] = 2, [Other] = 1 }, NobodyYet);

        var agents = new[] { On(Agent), On(Other) };
        var (lead, deputy) = (On(Lead, DutyRole.Lead), On(Deputy, DutyRole.Deputy));
        Assert.Equal(new Owner(Other, false), AssignmentRule.ForNew(Facts(null, [.. agents, lead, deputy])));
        Assert.Equal(new Owner(Agent, false), AssignmentRule.ForNew(Facts(null, agents[0], lead)));
        Assert.Equal(new Owner(Lead, true), AssignmentRule.ForNew(Facts(null, lead, deputy)));
        Assert.Equal(new Owner(Deputy, true), AssignmentRule.ForNew(Facts(Lead, deputy)));
        Assert.Equal(new Owner(Lead, true), AssignmentRule.ForNew(Facts(Lead)));
        Assert.Equal(new Owner(Lead, true), AssignmentRule.ForNew(Facts(null)));
        Assert.Equal(new Owner(Deputy, true), AssignmentRule.ForNew(Without(Facts(null), Lead)));
        Assert.Equal(new Owner(Officer, true), AssignmentRule.ForNew(Without(Facts(null), Lead, Agent, Other, Deputy)));
        Assert.Null(AssignmentRule.ForNew(Without(Facts(Lead, [.. agents, lead]), [.. People])));
    }

    [Fact]
    public void Of_equals_the_one_with_the_least_id_has_it()
    {
        var facts = new AssignmentFacts([On(Other), On(Agent)], null, Everybody, NoCases, NobodyYet);

        Assert.Equal(Agent, AssignmentRule.ForNew(facts)!.PersonId);
    }

    [Fact]
    public void Of_those_with_as_many_the_one_has_it_whose_turn_is_longest_ago()
    {
        var (noon, later) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(1));
        var facts = new AssignmentFacts([On(Other), On(Agent)], null, Everybody, NoCases, NobodyYet);

        Assert.Equal(Other, To(new() { [Agent] = noon }));
        Assert.Equal(Other, To(new() { [Agent] = later, [Other] = noon }));
        Assert.Equal(Agent, To(new() { [Agent] = noon, [Other] = later }));
        // Who has less to do comes before any turn.
        var busy = facts with
        {
            OpenCases = new Dictionary<Guid, int> { [Other] = 1 },
        };
        Assert.Equal(Agent, AssignmentRule.ForNew(busy with { LastGiven = Turns(later) })!.PersonId);

        Guid To(Dictionary<Guid, DateTimeOffset> turns) =>
            AssignmentRule.ForNew(facts with { LastGiven = turns })!.PersonId;

        static Dictionary<Guid, DateTimeOffset> Turns(DateTimeOffset agents) => new() { [Agent] = agents };
    }

    [Fact]
    public void What_is_handed_over_is_the_leads_the_deputys_or_the_next_leads()
    {
        AssignmentFacts Facts(Guid? next, params Shift[] shifts) => new(shifts, next, Everybody, NoCases, NobodyYet);

        var (lead, deputy) = (On(Lead, DutyRole.Lead), On(Deputy, DutyRole.Deputy));
        Assert.Equal(Lead, AssignmentRule.ForHandedOver(Facts(null, On(Agent), deputy, lead), Agent)!.PersonId);
        Assert.Equal(Deputy, AssignmentRule.ForHandedOver(Facts(Lead, On(Agent), deputy), Agent)!.PersonId);
        Assert.Equal(Lead, AssignmentRule.ForHandedOver(Facts(Lead, On(Agent)), Agent)!.PersonId);
        Assert.Equal(Lead, AssignmentRule.ForHandedOver(Facts(null, On(Agent)), Agent)!.PersonId);
        Assert.Equal(Other, AssignmentRule.ForHandedOver(Without(Facts(null, On(Agent)), Lead), Other)!.PersonId);
    }

    [Theory]
    // Owner, stands in, handed over; who is on duty; whose it is then.
    [InlineData(0, false, false, "agent other lead", 0)]
    [InlineData(0, false, false, "other lead", 1)]
    [InlineData(0, false, false, "lead", 2)]
    [InlineData(0, false, false, "deputy", 3)]
    [InlineData(0, false, false, "", 0)]
    [InlineData(2, true, false, "agent lead", 0)]
    [InlineData(2, true, false, "lead", 2)]
    [InlineData(2, false, false, "agent lead", 2)]
    [InlineData(2, false, true, "agent lead", 2)]
    [InlineData(2, false, true, "agent deputy", 3)]
    [InlineData(2, false, true, "agent", 2)]
    [InlineData(3, false, true, "agent deputy lead", 3)]
    [InlineData(0, false, true, "agent lead", 2)]
    public void An_open_case_follows_who_is_on_duty(int owner, bool standsIn, bool handedOver, string duty, int then)
    {
        var shifts = duty.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word =>
                word switch
                {
                    "agent" => On(Agent),
                    "other" => On(Other),
                    "lead" => On(Lead, DutyRole.Lead),
                    _ => On(Deputy, DutyRole.Deputy),
                }
            );
        var open = new Case
        {
            OwnerId = People[owner],
            StandsIn = standsIn,
            HandedOver = handedOver,
        };
        var facts = new AssignmentFacts([.. shifts], null, Everybody, NoCases, NobodyYet);

        Assert.Equal(People[then], AssignmentRule.Follow(open, facts)!.PersonId);
    }

    [Fact]
    public void Whatever_the_facts_a_case_has_an_owner_who_may_own_it_and_moves_once_at_most()
    {
        var cases =
            from duty in ShiftOf.ListOf()
            from members in Gen.Elements(Everybody.ToArray()).ListOf()
            from next in Gen.Elements<Guid?>([.. People, null])
            from loads in Gen.Choose(0, 5).ArrayOf(People.Length)
            from turns in Gen.Choose(0, 3).ArrayOf(People.Length)
            from owner in Gen.Elements<Guid?>([.. People, null])
            from standsIn in Gen.Elements(true, false)
            from handedOver in Gen.Elements(true, false)
            let facts = new AssignmentFacts(
                [.. duty],
                next,
                [.. members.Distinct()],
                People.Zip(loads).ToDictionary(p => p.First, p => p.Second),
                People.Zip(turns).ToDictionary(p => p.First, p => DateTimeOffset.FromUnixTimeSeconds(p.Second))
            )
            let open = new Case
            {
                OwnerId = owner,
                StandsIn = standsIn,
                HandedOver = handedOver,
            }
            select (facts, open);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(cases.ToArbitrary(), Holds));

        static void Holds((AssignmentFacts Facts, Case Open) given)
        {
            var (facts, open) = given;
            var then = AssignmentRule.Follow(open, facts);
            Assert.Equal(facts.Members.Count == 0, then is null);
            Assert.True(then is null || facts.MayOwn(then.PersonId), "The owner may not own cases.");
            var moved = open.GiveTo(then, DateTimeOffset.UnixEpoch);
            Assert.Equal(then, AssignmentRule.Follow(moved, facts));
            var leads = facts.OnDutyAs(DutyRole.Lead).Concat(facts.OnDutyAs(DutyRole.Deputy)).ToList();
            Assert.True(
                !open.HandedOver || leads.Count == 0 || leads.Contains(then!.PersonId),
                "What was handed over is with nobody who leads."
            );
            var agents = facts.OnDutyAs(DutyRole.Agent).ToList();
            Assert.True(
                AssignmentRule.ForNew(facts) is not { StandsIn: false } fresh
                    || facts.LoadOf(fresh.PersonId) == agents.Min(facts.LoadOf),
                "Another agent has less to do."
            );
        }
    }

    private static Gen<Shift> ShiftOf =>
        from person in Gen.Elements(People)
        from role in Gen.Elements(DutyRole.Agent, DutyRole.Lead, DutyRole.Deputy)
        select On(person, role);

    private static Dictionary<Guid, int> NoCases => [];

    private static Dictionary<Guid, DateTimeOffset> NobodyYet => [];

    private static IReadOnlyList<DeskMember> Everybody =>
        [
            .. new[] { Agent, Other, Deputy }.Select(id => new DeskMember { PersonId = id, Role = MemberRole.Agent }),
            new DeskMember { PersonId = Lead, Role = MemberRole.Lead },
            new DeskMember { PersonId = Officer, Role = MemberRole.ClientOfficer },
        ];

    private static AssignmentFacts Without(AssignmentFacts facts, params Guid[] people) =>
        facts with
        {
            Members = [.. facts.Members.Where(member => !people.Contains(member.PersonId))],
        };

    private static Shift On(Guid person, DutyRole role = DutyRole.Agent) => new() { PersonId = person, Role = role };
}
