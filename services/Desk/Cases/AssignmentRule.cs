using Mobility.Desk.V1;
using Mobility.Refunds.V1;

namespace Mobility.Desk;

/// <summary>Who gets a case.</summary>
/// <param name="PersonId">The owner.</param>
/// <param name="StandsIn">Only because no agent is on duty: the case goes on to the first agent who is.</param>
public sealed record Owner(Guid PersonId, bool StandsIn);

/// <summary>Who takes what is handed over, and whether that is the deputy because no lead is on duty.</summary>
public sealed record LeadOnDuty(Guid PersonId, bool IsDeputy);

/// <summary>All that decides who gets a case, at one instant.</summary>
/// <param name="OnDuty">Shifts that run.</param>
/// <param name="NextLead">The lead whose shift starts next.</param>
/// <param name="Members">Who may own cases: active agents, leads and client officers.</param>
/// <param name="OpenCases">How many open cases each has.</param>
/// <param name="LastGiven">When each was given a case last; nobody who never was.</param>
public sealed record AssignmentFacts(
    IReadOnlyList<Shift> OnDuty,
    Guid? NextLead,
    IReadOnlyList<DeskMember> Members,
    IReadOnlyDictionary<Guid, int> OpenCases,
    IReadOnlyDictionary<Guid, DateTimeOffset> LastGiven
)
{
    public bool MayOwn(Guid? person) => Members.Any(m => m.PersonId == person);

    public bool IsOnDuty(Guid? person) => MayOwn(person) && OnDuty.Any(s => s.PersonId == person);

    /// <summary>Those on duty in the role who may own cases.</summary>
    public IEnumerable<Guid> OnDutyAs(DutyRole role) =>
        OnDuty.Where(s => s.Role == role && MayOwn(s.PersonId)).Select(s => s.PersonId).Distinct();

    public int LoadOf(Guid person) => OpenCases.GetValueOrDefault(person);

    /// <summary>When the person was given a case last; the beginning of time for who never was.</summary>
    public DateTimeOffset LastGivenTo(Guid person) => LastGiven.GetValueOrDefault(person);
}

/// <summary>Who gets a case: a pure function of who is on duty and how much each has. While a member is active, the
/// answer is never nobody.</summary>
public static class AssignmentRule
{
    /// <summary>
    /// The agent on duty with the fewest open cases; without one the lead, else the deputy, else the lead whose shift
    /// starts next, else any active lead, agent or client officer. Of equals the one who was given a case longest ago:
    /// or cases that are closed at once would all be one person's. Of equals still, the one with the least id, so that
    /// the same facts give the same owner.
    /// </summary>
    public static Owner? ForNew(AssignmentFacts facts)
    {
        var agent = Least(facts, facts.OnDutyAs(DutyRole.Agent));
        var other = agent ?? Lead(facts) ?? Anybody(facts);
        return other is { } person ? new Owner(person, StandsIn: agent is null) : null;
    }

    /// <summary>The lead on duty, else the deputy, else the lead whose shift starts next, else any lead; else it stays
    /// where it is; else anybody.</summary>
    public static Owner? ForHandedOver(AssignmentFacts facts, Guid? present)
    {
        var lead = Lead(facts) ?? Least(facts, Having(facts, MemberRole.Lead));
        var stays = facts.MayOwn(present) ? present : null;
        return (lead ?? stays ?? Anybody(facts)) is { } person ? new Owner(person, StandsIn: false) : null;
    }

    /// <summary>
    /// Whose an open case is now; its present owner where nothing speaks against it. It moves when the owner may not
    /// own cases any more; when the owner is off duty and somebody is on who can take it; and from whom it was with for
    /// want of an agent to the first agent. What was handed over never goes back to an agent by itself.
    /// </summary>
    public static Owner? Follow(Case open, AssignmentFacts facts)
    {
        var present = open.OwnerId is { } person ? new Owner(person, open.StandsIn) : null;
        var leads = facts.OnDutyAs(DutyRole.Lead).Concat(facts.OnDutyAs(DutyRole.Deputy)).ToList();
        if (!facts.MayOwn(open.OwnerId))
        {
            return open.HandedOver ? ForHandedOver(facts, present: null) : ForNew(facts);
        }

        if (open.HandedOver)
        {
            return leads.Count == 0 || leads.Contains(present!.PersonId)
                ? present
                : ForHandedOver(facts, present.PersonId);
        }

        var agents = facts.OnDutyAs(DutyRole.Agent).ToList();
        var stays = facts.IsOnDuty(open.OwnerId)
            ? !open.StandsIn || agents.Count == 0
            : agents.Count + leads.Count == 0;
        return stays ? present : ForNew(facts);
    }

    /// <summary>The lead on duty, else the deputy on duty; of several the one with the fewest open cases.</summary>
    public static LeadOnDuty? LeadOnDuty(AssignmentFacts facts) =>
        Least(facts, facts.OnDutyAs(DutyRole.Lead)) is { } lead ? new(lead, IsDeputy: false)
        : Least(facts, facts.OnDutyAs(DutyRole.Deputy)) is { } deputy ? new(deputy, IsDeputy: true)
        : null;

    private static Guid? Lead(AssignmentFacts facts) =>
        LeadOnDuty(facts)?.PersonId ?? (facts.MayOwn(facts.NextLead) ? facts.NextLead : null);

    private static Guid? Anybody(AssignmentFacts facts) =>
        Least(facts, Having(facts, MemberRole.Lead))
        ?? Least(facts, Having(facts, MemberRole.Agent))
        ?? Least(facts, Having(facts, MemberRole.ClientOfficer));

    private static IEnumerable<Guid> Having(AssignmentFacts facts, MemberRole role) =>
        facts.Members.Where(m => m.Role == role).Select(m => m.PersonId);

    private static Guid? Least(AssignmentFacts facts, IEnumerable<Guid> people) =>
        people
            .OrderBy(facts.LoadOf)
            .ThenBy(facts.LastGivenTo)
            .ThenBy(person => person.ToString(), StringComparer.Ordinal)
            .Select(person => (Guid?)person)
            .FirstOrDefault();
}
